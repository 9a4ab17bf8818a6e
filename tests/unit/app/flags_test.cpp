#include "app/flags.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "app/flag_table.hpp"
#include "rt/core/error.hpp"
#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

using words = std::vector<std::string>;
using variables = std::map<std::string, std::string>;

/// Holds a command line as main gets it: words that may be written to, and a null at the end.
class command_line {
 public:
  explicit command_line(words arguments) : words_(std::move(arguments)) {
    words_.insert(words_.begin(), "app");
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }

  int argc() const { return static_cast<int>(words_.size()); }
  char** argv() { return pointers_.data(); }

 private:
  words words_;
  std::vector<char*> pointers_;
};

struct outcome_of_parse {
  rt::config config;
  words rest;
  bool help = false;
  std::string error;
};

outcome_of_parse parse(words arguments, const variables& set = {}) {
  command_line line(std::move(arguments));
  const std::vector<char*> before(line.argv(), line.argv() + line.argc());
  words before_texts(before.begin(), before.end());

  const auto parsed =
      rt::app::parse_command_line(line.argc(), line.argv(), [&](const char* name) -> const char* {
        const auto at = set.find(name);
        return at == set.end() ? nullptr : at->second.c_str();
      });

  // Whatever happened, argv is what it was.
  CHECK(std::equal(before.begin(), before.end(), line.argv()));
  CHECK(std::equal(before_texts.begin(), before_texts.end(), line.argv()));

  outcome_of_parse out;
  if (!parsed) {
    CHECK(parsed.error().code == rt::errc::config);
    CHECK(parsed.error().outcome == rt::outcome::not_started);
    CHECK(parsed.error().message.find('\n') == std::string::npos);
    out.error = parsed.error().message;
    return out;
  }
  out.config = parsed->config;
  out.help = parsed->help;
  for (char* word : parsed->rest) {
    CHECK(std::find(before.begin(), before.end(), word) != before.end());
    out.rest.emplace_back(word);
  }
  return out;
}

TEST_CASE("flags: nothing given leaves the defaults", "[app]") {
  const auto parsed = parse({});
  CHECK(parsed.error.empty());
  CHECK(parsed.rest == words{"app"});
  CHECK_FALSE(parsed.config.num_cpus.has_value());
  CHECK(parsed.config.driver_executes);
  CHECK(parsed.config.distance == rt::distance::local);
}

TEST_CASE("flags: each is read into its member", "[app]") {
  const auto parsed =
      parse({"--role=local", "--num-cpus=4", "--num-gpus=0.5", "--memory=2GiB",
             "--resources=fpga=1,ssd=2", "--driver-executes=false", "--max-queued-tasks=1000",
             "--shutdown-timeout=500ms", "--unschedulable-timeout=forever", "--distance=process"});
  CHECK(parsed.error.empty());
  CHECK(parsed.rest == words{"app"});
  CHECK(parsed.config.role == rt::role::local);
  CHECK(parsed.config.num_cpus == rt::amount(4));
  CHECK(parsed.config.num_gpus == rt::amount(0.5));
  CHECK(parsed.config.memory == rt::byte_count(2ull << 30));
  CHECK(parsed.config.resources == rt::resource_set{{"fpga", 1}, {"ssd", 2}});
  CHECK_FALSE(parsed.config.driver_executes);
  CHECK(parsed.config.max_queued_tasks == rt::count(1000));
  CHECK(parsed.config.shutdown_timeout == rt::time_limit(500ms));
  CHECK(parsed.config.unschedulable_timeout.is_forever());
  CHECK(parsed.config.distance == rt::distance::process);
}

TEST_CASE("flags: those of a cluster's process are read into their members", "[app]") {
  const auto head = parse({"--insecure", "--role=head", "--address=tcp://0.0.0.0:0",
                           "--node-timeout=2s", "--port-file=/tmp/port"});
  CHECK(head.error.empty());
  CHECK(head.config.role == rt::role::head);
  CHECK(head.config.address == "tcp://0.0.0.0:0");
  CHECK(head.config.node_timeout == rt::time_limit(2s));
  CHECK(head.config.insecure);
  CHECK(head.config.port_file == "/tmp/port");
  const auto worker =
      parse({"--secret-file", "/etc/key", "--role=worker", "--address=tcp://[::1]:6380"});
  CHECK(worker.error.empty());
  CHECK(worker.config.role == rt::role::worker);
  CHECK(worker.config.secret_file == "/etc/key");
  CHECK(parse({"--role=driver"}).config.role == rt::role::driver);
}

TEST_CASE("flags: a switch that may stand alone takes no word that is another's", "[app]") {
  CHECK(parse({"--role=head", "--insecure"}).config.insecure);
  CHECK(parse({"--role=head", "--insecure", "--", "false"}).rest == words{"app", "false"});
  CHECK_FALSE(parse({"--role=head", "--insecure", "false"}).config.insecure);
  CHECK_THAT(parse({"--role=head", "--insecure", "in.txt"}).error,
             ContainsSubstring("--insecure=in.txt: takes true, false, 1 or 0"));
}

TEST_CASE("flags: what has no meaning beside the others is refused, in whatever order", "[app]") {
  CHECK_THAT(parse({"--address=tcp://head:6380"}).error,
             ContainsSubstring("--address=tcp://head:6380: takes an address only with the role"));
  CHECK(parse({"--address=tcp://head:6380", "--role=worker"}).error.empty());
  CHECK_THAT(parse({"--port-file=p", "--role=worker"}).error,
             ContainsSubstring("--port-file=p: takes a path only with the role head"));
  CHECK_THAT(parse({"--role=head", "--insecure", "--secret-file=s"}).error,
             ContainsSubstring("--insecure=true: takes true only without a secret_file"));
  for (const std::string role : {"worker", "driver"}) {
    CHECK_THAT(parse({"--role=" + role, "--address=tcp://head:0"}).error,
               ContainsSubstring("--address=tcp://head:0: takes port 0 only with the role head"));
  }
  CHECK_THAT(parse({}, {{"RT_ADDRESS", "tcp://head:6380"}}).error, ContainsSubstring("--address="));
}

TEST_CASE("flags: what is left are words of argv, also where a value is alike", "[app]") {
  command_line line({"5", "--num-cpus", "5", "5"});
  const auto parsed =
      rt::app::parse_command_line(line.argc(), line.argv(), [](const char*) { return nullptr; });
  REQUIRE(parsed);
  CHECK(parsed->rest == std::vector<char*>{line.argv()[0], line.argv()[1], line.argv()[4]});
}

TEST_CASE("flags: each answers to --rt- and takes its value from the next word", "[app]") {
  CHECK(parse({"--rt-num-cpus=4"}).config.num_cpus == rt::amount(4));
  CHECK(parse({"--num-cpus", "4"}).config.num_cpus == rt::amount(4));
  const auto parsed = parse({"--rt-num-cpus", "4", "5"});
  CHECK(parsed.config.num_cpus == rt::amount(4));
  CHECK(parsed.rest == words{"app", "5"});
}

TEST_CASE("flags: the last one counts, and each must be right", "[app]") {
  CHECK(parse({"--num-cpus=1", "--rt-num-cpus=2", "--num-cpus=3"}).config.num_cpus ==
        rt::amount(3));
  CHECK_THAT(parse({"--num-cpus=x", "--num-cpus=3"}).error, ContainsSubstring("--num-cpus=x: "));
}

TEST_CASE("flags: the program's own are left in order, wherever they stand", "[app]") {
  const auto parsed = parse(
      {"-v", "in.txt", "--num-cpus=2", "--colour=red", "-n5", "--memory=1GB", "-", "", "out.txt"});
  CHECK(parsed.error.empty());
  CHECK(parsed.rest == words{"app", "-v", "in.txt", "--colour=red", "-n5", "-", "", "out.txt"});
}

TEST_CASE("flags: what only looks like one is the program's", "[app]") {
  const words own{
      "--num-cpu=3",   "--num_cpus=3",     "--NUM-CPUS=3", "-num-cpus=3", "---num-cpus=3",
      "--no-num-cpus", "--num-cpus-max=3", "--rt",         "--h",         "-h",
      "num-cpus=3"};
  const auto parsed = parse(own);
  CHECK(parsed.error.empty());
  CHECK_FALSE(parsed.config.num_cpus.has_value());
  words expected = own;
  expected.insert(expected.begin(), "app");
  CHECK(parsed.rest == expected);
}

TEST_CASE("flags: a --rt- that is no flag is refused", "[app]") {
  for (const std::string word : {"--rt-num-cpu=3", "--rt-", "--rt-foo", "--rt-role-x=local"}) {
    CHECK_THAT(parse({word}).error, ContainsSubstring(word + ": no such flag"));
  }
  CHECK(parse({"--", "--rt-foo"}).error.empty());
}

TEST_CASE("flags: after the first -- everything is the program's", "[app]") {
  const auto parsed = parse({"--num-cpus=2", "a", "--", "--num-cpus=3", "--help", "--", "b"});
  CHECK(parsed.error.empty());
  CHECK_FALSE(parsed.help);
  CHECK(parsed.config.num_cpus == rt::amount(2));
  CHECK(parsed.rest == words{"app", "a", "--num-cpus=3", "--help", "--", "b"});
  CHECK(parse({"--"}).rest == words{"app"});
  const auto right_behind = parse({"--num-cpus", "2", "--", "--num-cpus", "3"});
  CHECK(right_behind.config.num_cpus == rt::amount(2));
  CHECK(right_behind.rest == words{"app", "--num-cpus", "3"});
  CHECK(parse({"--", "--"}).rest == words{"app", "--"});
}

TEST_CASE("flags: a flag beats its variable, and that the default", "[app]") {
  const variables set{{"RT_NUM_CPUS", "6"}, {"RT_DISTANCE", "process"}};
  CHECK(parse({}, set).config.num_cpus == rt::amount(6));
  CHECK(parse({}, set).config.distance == rt::distance::process);
  CHECK(parse({"--num-cpus=2"}, set).config.num_cpus == rt::amount(2));
  CHECK(parse({"--distance=local"}, set).config.distance == rt::distance::local);
  CHECK(parse({"--", "--num-cpus=2"}, set).config.num_cpus == rt::amount(6));
}

TEST_CASE("flags: a variable that is empty is not set, one that is overruled is not read",
          "[app]") {
  CHECK_FALSE(parse({}, {{"RT_NUM_CPUS", ""}}).config.num_cpus.has_value());
  CHECK(parse({"--num-cpus=2"}, {{"RT_NUM_CPUS", "x"}}).error.empty());
  CHECK(parse({}, {{"RT_FOO", "x"}, {"NUM_CPUS", "x"}}).error.empty());
}

TEST_CASE("flags: every wrong value is told by name, value and what is taken", "[app]") {
  const std::map<std::string, words> wrong{
      {"role", {"Local", "x", "heads", "node"}},
      {"address",
       {"x", "head:6380", "tcp://", "tcp://head", "tcp://head:", "tcp://head:x", "tcp://head:65536",
        "tcp://:1", "zmq://head:6380"}},
      {"num_cpus", {"x", "-1", "0", "0.5", "nan", "inf", "1e-9", "1e99", "4x", "0x4"}},
      {"num_gpus", {"x", "-0.5", "nan"}},
      {"memory", {"x", "-1", "2G", "0.5", "1e30GB", "-1GiB"}},
      {"resources", {"x", "x=", "=1", "a=1,a=2", "CPU=1", "GPU=1", "memory=1", "a=-1", "a b=1"}},
      {"driver_executes", {"x", "yes", "2", "TRUE"}},
      {"max_queued_tasks", {"x", "0", "-1", "1.5", "99999999999999999999"}},
      {"shutdown_timeout", {"x", "10", "-1s", "nan", "infs", "1 s"}},
      {"unschedulable_timeout", {"x", "10", "-1s"}},
      {"head_timeout", {"x", "10", "-1s"}},
      {"node_timeout", {"x", "10", "-1s", "99ms", "0"}},
      {"secret_file", {std::string(4096, 'x')}},
      {"insecure", {"x", "yes", "2", "TRUE"}},
      {"port_file", {std::string(4096, 'x')}},
      {"distance", {"x", "far", "thread"}},
  };
  REQUIRE(wrong.size() == rt::app::flag_table().size());
  for (const rt::app::flag_row& row : rt::app::flag_table()) {
    const std::string flag = rt::app::flag_name(row);
    const std::string variable = rt::app::variable_name(row);
    const std::string takes = ": takes " + std::string(row.takes);
    for (const std::string& value : wrong.at(std::string(row.name))) {
      if (value.size() > 200) {  // repeated in part
        CHECK_THAT(parse({flag + "=" + value}).error, ContainsSubstring("..." + takes));
        continue;
      }
      CHECK(parse({flag + "=" + value}).error == flag + "=" + value + takes);
      CHECK(parse({"--rt-" + flag.substr(2) + "=" + value}).error ==
            "--rt-" + flag.substr(2) + "=" + value + takes);
      CHECK(parse({}, {{variable, value}}).error == variable + "=" + value + takes);
    }
    // Nothing behind the flag: nothing at all, another flag, an empty word, an empty rest.
    CHECK(parse({flag, ""}).error == flag + "=" + takes);
    if (row.alone.empty()) {
      CHECK(parse({flag}).error == flag + "=" + takes);
      CHECK(parse({flag, "--own"}).error == flag + "=" + takes);
      CHECK(parse({flag, "--", "1"}).error == flag + "=" + takes);
    }
    CHECK(parse({flag + "="}).error == flag + "=" + takes);
    CHECK(parse({flag + "=", "1"}).error == flag + "=" + takes);
    CHECK(parse({"--rt-" + flag.substr(2) + "=", "1"}).error ==
          "--rt-" + flag.substr(2) + "=" + takes);
  }
}

TEST_CASE("flags: a message is one line of bounded length", "[app]") {
  const auto lines = parse({"--num-cpus=4\n\x1b[31m5"}).error;
  CHECK_THAT(lines, ContainsSubstring("--num-cpus=4??[31m5: takes"));
  CHECK(parse({"--num-cpus=" + std::string(100'000, '7')}).error.size() < 400);
  CHECK(parse({"--rt-" + std::string(100'000, '7')}).error.size() < 400);
}

TEST_CASE("flags: --help is taken before anything else is looked at", "[app]") {
  CHECK(parse({"--help"}).help);
  CHECK(parse({"--rt-help"}).help);
  CHECK(parse({"a", "--num-cpus=x", "--help"}, {{"RT_MEMORY", "x"}}).help);
  CHECK_FALSE(parse({"--", "--help"}).help);
}

TEST_CASE("flags: a command line without even a name is taken", "[app]") {
  char* none[] = {nullptr};
  const auto parsed = rt::app::parse_command_line(0, none, [](const char*) { return nullptr; });
  REQUIRE(parsed);
  CHECK(parsed->rest.empty());
}

TEST_CASE("flags: every member of config has its row, in its order", "[app]") {
  // A member more makes this line fail to compile: give it a row, then a name here.
  const auto& [role, address, num_cpus, num_gpus, memory, resources, driver_executes,
               max_queued_tasks, shutdown_timeout, unschedulable_timeout, head_timeout,
               node_timeout, secret_file, insecure, port_file, distance] = rt::config();
  (void)role, (void)address, (void)num_cpus, (void)num_gpus, (void)memory, (void)resources;
  (void)node_timeout, (void)secret_file, (void)insecure, (void)port_file;
  (void)driver_executes, (void)max_queued_tasks, (void)shutdown_timeout;
  (void)unschedulable_timeout, (void)head_timeout, (void)distance;
  const words members{"role",
                      "address",
                      "num_cpus",
                      "num_gpus",
                      "memory",
                      "resources",
                      "driver_executes",
                      "max_queued_tasks",
                      "shutdown_timeout",
                      "unschedulable_timeout",
                      "head_timeout",
                      "node_timeout",
                      "secret_file",
                      "insecure",
                      "port_file",
                      "distance"};
  words rows;
  for (const rt::app::flag_row& row : rt::app::flag_table()) rows.emplace_back(row.name);
  CHECK(rows == members);
}

TEST_CASE("flags: a default reads back as it is shown", "[app]") {
  for (const rt::app::flag_row& row : rt::app::flag_table()) {
    const std::string text = row.show(rt::config());
    INFO(row.name << " = " << text);
    if (text.empty()) {
      CHECK_FALSE(row.absent.empty());
      continue;
    }
    rt::config config;
    CHECK(row.read(text, config));
    CHECK(row.show(config) == text);
  }
}

TEST_CASE("flags: --help lists each flag with what it takes and its default", "[app]") {
  const std::string help = rt::app::help_text("app");
  CHECK_THAT(help, ContainsSubstring("Usage: app "));
  for (const rt::app::flag_row& row : rt::app::flag_table()) {
    CHECK_THAT(help, ContainsSubstring(rt::app::flag_name(row) + "=<"));
    CHECK_THAT(help, ContainsSubstring(std::string(row.takes)));
    CHECK_THAT(help, ContainsSubstring("Default: " + rt::app::default_text(row) + "."));
  }
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 110);
}

TEST_CASE("flags: docs/flags.md is what the table says", "[app]") {
  const std::string path = ROUNDTRIP_SOURCE_DIR "/docs/flags.md";
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text == rt::app::flags_document()) return;
  const std::string expected = "flags.md.expected";
  std::ofstream(expected, std::ios::binary) << rt::app::flags_document();
  FAIL(path << " is not up to date: replace it by " << expected);
}

}  // namespace
