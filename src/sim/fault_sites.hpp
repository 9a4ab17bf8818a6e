#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/random_stream.hpp"

namespace rt::sim {

/// The fault sites that are on in a run, each with its rate.   Units: parts in a million.
using site_rates = std::map<std::string, std::uint32_t, std::less<>>;

/// The named fault sites (`RT_BUGGIFY`) and probes (`RT_PROBE`) of one run: decides which sites fire, and
/// counts who came by.
///
/// By the seed one run in ten (`without_harm`) has no site on, in the others each site is on or off as by a coin, with a rate
/// of its own. Each draws from a stream of its own, from the seed and its name: a site that is taken away
/// shifts no other.
/// Thread: that of the run.
class fault_sites {
 public:
  explicit fault_sites(std::uint64_t seed);
  /// With these on and no others; each fires as it would by the seed.
  fault_sites(std::uint64_t seed, site_rates on);

  /// What is known of a site that the run has come by.
  struct site {
    random_stream draws;
    std::uint32_t rate_ppm = 0;  ///< 0: off
    std::uint64_t asked = 0;
    std::uint64_t fired = 0;
  };

  bool fires(std::string_view name);
  void reach(std::string_view probe);

  /// From here on no site fires: the harm has ended.
  void calm() noexcept { calm_ = true; }

  /// Can no site fire in this run, whatever it comes by?
  bool none() const noexcept { return none_; }
  /// Those sites that are on and that the run has come by.
  site_rates on() const;

  const std::map<std::string, site, std::less<>>& sites() const noexcept { return sites_; }
  /// How often each probe was reached.
  const std::map<std::string, std::uint64_t, std::less<>>& probes() const noexcept {
    return probes_;
  }

  /// Has what runs in a scope come by these, and by none after. One at a time.
  class active {
   public:
    explicit active(fault_sites& sites) noexcept;
    ~active();
    active(const active&) = delete;
    active& operator=(const active&) = delete;
  };

 private:
  site& find(std::string_view name);

  std::uint64_t seed_;
  /// Chosen by someone; by the seed where absent.
  std::optional<site_rates> chosen_;
  bool none_;
  bool calm_ = false;
  std::map<std::string, site, std::less<>> sites_;
  std::map<std::string, std::uint64_t, std::less<>> probes_;
};

}  // namespace rt::sim
