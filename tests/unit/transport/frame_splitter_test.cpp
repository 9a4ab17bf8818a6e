#include "rt/transport/frame_splitter.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

std::string in_frames(const std::vector<std::string>& frames) {
  std::string stream;
  for (const std::string& frame : frames) {
    for (int i = 0; i < 4; ++i) stream += static_cast<char>(frame.size() >> (8 * i) & 0xFF);
    stream += frame;
  }
  return stream;
}

void feed(rt::frame_splitter& to, std::string_view part) {
  const auto room = to.room(part.size());
  REQUIRE(room.size() >= part.size());
  std::memcpy(room.data(), part.data(), part.size());
  to.received(part.size());
}

std::vector<std::string> taken(rt::frame_splitter& from) {
  std::vector<std::string> frames;
  while (const auto frame = from.next())
    frames.emplace_back(reinterpret_cast<const char*>(frame->data()), frame->size());
  return frames;
}

const std::vector<std::string> three{"one", "", std::string(1000, 'x')};

TEST_CASE("frame_splitter: gives the same frames however the stream is cut", "[transport]") {
  const std::string stream = in_frames(three);
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    rt::frame_splitter splitter(1000);
    std::vector<std::string> frames;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      feed(splitter, std::string_view(stream).substr(at, step));
      for (std::string& frame : taken(splitter)) frames.push_back(std::move(frame));
    }
    CHECK(frames == three);
    CHECK_FALSE(splitter.failed());
  }
}

TEST_CASE("frame_splitter: refuses a frame over the limit before it has come", "[transport]") {
  rt::frame_splitter splitter(999);
  feed(splitter, in_frames(three).substr(0, 15));
  CHECK(taken(splitter) == std::vector<std::string>{"one", ""});
  CHECK(splitter.failed());
  feed(splitter, in_frames({"four"}));
  CHECK(taken(splitter).empty());
}

TEST_CASE("frame_splitter: takes longer frames once they are allowed", "[transport]") {
  rt::frame_splitter splitter(3);
  feed(splitter, in_frames({"one"}));
  CHECK(taken(splitter).size() == 1);
  splitter.allow(1000);
  feed(splitter, in_frames(three));
  CHECK(taken(splitter) == three);
}

TEST_CASE("frame_splitter: its memory follows what came, not what is announced", "[transport]") {
  rt::frame_splitter splitter(std::size_t{1} << 30);
  feed(splitter, std::string("\0\0\0\x20", 4));  // half a GiB is announced
  for (int i = 0; i < 1000; ++i) {
    feed(splitter, std::string(100, 'x'));
    CHECK(taken(splitter).empty());
  }
  CHECK(splitter.capacity() <= 4 * 100'004);
}

TEST_CASE("frame_splitter: uses its memory again", "[transport]") {
  rt::frame_splitter splitter(1000);
  const std::string stream = in_frames(three);
  for (int i = 0; i < 1000; ++i) {
    for (std::size_t at = 0; at < stream.size(); at += 100) {
      feed(splitter, std::string_view(stream).substr(at, 100));
      (void)taken(splitter);
    }
  }
  CHECK(splitter.capacity() <= 4 * stream.size());
}

TEST_CASE("frame_splitter: words come between frames, for those who ask", "[transport]") {
  rt::frame_splitter splitter(1000);
  feed(splitter, in_frames({"one"}) + "\xf2\xff\xff\xff" + in_frames({"two"}));
  CHECK_FALSE(splitter.word());  // a frame is next
  CHECK(splitter.next());
  CHECK(splitter.word() == rt::frame_splitter::first_word + 2);
  CHECK_FALSE(splitter.word());
  CHECK(taken(splitter) == std::vector<std::string>{"two"});
  feed(splitter, "\xf2\xff\xff");
  CHECK_FALSE(splitter.word());
  feed(splitter, "\xff");
  CHECK(taken(splitter).empty());  // taken for a frame
  CHECK(splitter.failed());
  CHECK_FALSE(splitter.word());
}

}  // namespace
