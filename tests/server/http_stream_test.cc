// Answers that are made while they are sent: what arrives when, what wakes them, what ends them.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>

#include "server/http_listener.h"
#include "tests/server/socket_client.h"

namespace kinledger::server {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;

/// A text that grows, and the streams that follow it from its beginning.
class GrowingText {
 public:
  /// Wakes on rings only.
  std::shared_ptr<HttpStream> follow() {
    // Counts down when the stream is freed, whatever frees it.
    const std::shared_ptr<void> life(nullptr, [this](void*) { change([&] { --streams_; }); });
    change([&] { ++streams_; });
    auto stream = std::make_shared<HttpStream>();
    stream->patience = 1h;
    stream->next = [this, life, seen = std::size_t{0}]() mutable -> std::optional<std::string> {
      std::optional<std::string> more;
      change([&] {
        ++asked_;
        if (seen < text_.size() || !is_whole_) more = text_.substr(seen);
        seen = text_.size();
      });
      return more;
    };
    return stream;
  }
  void append(std::string_view text) {
    change([&] { text_ += text; });
  }
  void end() {
    change([&] { is_whole_ = true; });
  }
  int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  void wait_until_asked(int times) {
    wait([&] { return asked_ >= times; });
  }
  void wait_until_freed() {
    wait([&] { return streams_ == 0; });
  }

 private:
  void change(const std::function<void()>& how) {
    {
      const std::lock_guard lock(mutex_);
      how();
    }
    changed_.notify_all();
  }
  void wait(const std::function<bool()>& until) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, until);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  bool is_whole_ = false;
  int streams_ = 0;
  int asked_ = 0;
};

HttpResponse answer_with(std::shared_ptr<HttpStream> stream) {
  HttpResponse response;
  response.stream = std::move(stream);
  return response;
}

class HttpStreamTest : public testing::Test {
 protected:
  ~HttpStreamTest() override { serving_.reset(); }

  HttpOptions options() {
    HttpOptions out;
    out.warn = [this](std::string_view what) {
      const std::lock_guard lock(mutex_);
      warned_ += what;
    };
    return out;
  }
  /// "/text" is answered with the growing text, others with their target.
  void serve(HttpOptions with) {
    serve(std::move(with), [this](const HttpRequest& request) -> HttpResponse {
      if (request.target == "/text") return answer_with(text_.follow());
      return {200, "text/plain", {}, request.target};
    });
  }
  void serve(HttpOptions with, HttpHandler handler) {
    serving_ = std::make_unique<Serving>(std::move(with), std::move(handler));
  }
  void ring() { serving_->listener().ring(); }
  /// A client that has asked for the target.
  std::unique_ptr<SocketClient> asking(const std::string& target = "/text") {
    auto client = std::make_unique<SocketClient>(serving_->port());
    ask(*client, target);
    return client;
  }
  static void ask(const SocketClient& client, const std::string& target) {
    client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  std::mutex mutex_;
  std::string warned_;
  GrowingText text_;
  std::unique_ptr<Serving> serving_;
};

TEST_F(HttpStreamTest, ArrivesPieceByPieceWhenTheListenerRings) {
  serve(options());
  const auto client = asking();
  const auto head = client->read_head();
  EXPECT_EQ(status_of(head), 200);
  EXPECT_NE(head.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("\r\nDate: "), std::string::npos) << head;
  EXPECT_EQ(head.find("Content-Length"), std::string::npos) << head;
  for (const std::string piece : {"one", "the second"}) {
    text_.append(piece);
    ring();
    const auto chunk = client->read_until(piece + "\r\n");
    EXPECT_EQ(chunk, (piece.size() == 3 ? "3\r\n" : "a\r\n") + piece + "\r\n");
  }
  text_.end();
  ring();
  EXPECT_EQ(client->read_head(), "0\r\n\r\n");
  text_.wait_until_freed();
  ask(*client, "/plain");
  EXPECT_TRUE(client->read_response().ends_with("/plain")) << "the connection goes on";
}

TEST_F(HttpStreamTest, IsAskedAgainWhenPatienceIsOver) {
  serve(options(), [this](const HttpRequest&) {
    auto stream = text_.follow();
    stream->patience = 1ms;
    return answer_with(std::move(stream));
  });
  const auto client = asking();
  text_.wait_until_asked(3);
  text_.append("late");
  text_.end();
  EXPECT_TRUE(client->read_until("0\r\n\r\n").ends_with("\r\n\r\n4\r\nlate\r\n0\r\n\r\n"));
}

// The stream was asked, and rings before it has said that nothing is there.
TEST_F(HttpStreamTest, ARingWhileItIsAskedIsNotLost) {
  serve(options(), [this](const HttpRequest&) {
    auto stream = std::make_shared<HttpStream>();
    stream->patience = 1h;
    stream->next = [this, asked = 0]() mutable -> std::optional<std::string> {
      if (++asked == 100) return std::nullopt;
      ring();
      return "";
    };
    return answer_with(std::move(stream));
  });
  EXPECT_TRUE(asking()->read_until("0\r\n\r\n").ends_with("\r\n\r\n0\r\n\r\n"));
}

TEST_F(HttpStreamTest, HeadIsAnsweredWithTheHeadOnly) {
  serve(options());
  const SocketClient client(serving_->port());
  client.send("HEAD /text HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(client.read_head().find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
  text_.wait_until_freed();
  EXPECT_EQ(text_.asked(), 0);
  ask(client, "/plain");
  EXPECT_TRUE(client.read_response().ends_with("/plain"));
}

// The long ones are more than is read while a stream waits.
TEST_F(HttpStreamTest, WhatIsSentBehindItWaits) {
  for (const std::size_t length : {1, 5000}) {
    GrowingText text;
    serve(options(), [&](const HttpRequest& request) -> HttpResponse {
      if (request.target == "/text") return answer_with(text.follow());
      return {200, "text/plain", {}, request.target};
    });
    const auto client = asking();
    (void)client->read_head();
    const std::string targets[] = {"/1", "/2", "/3", "/4", "/5"};
    for (const auto& target : targets)
      client->send("GET " + target + " HTTP/1.1\r\nHost: a\r\nX: " + std::string(length, 'a') +
                   "\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
      text.append("b");
      ring();
      EXPECT_EQ(client->read_until("b\r\n"), "1\r\nb\r\n");
    }
    text.end();
    ring();
    EXPECT_EQ(client->read_head(), "0\r\n\r\n");
    for (const auto& target : targets)
      EXPECT_EQ(status_of(client->read_until("\r\n\r\n" + target)), 200);
    serving_.reset();
  }
}

TEST_F(HttpStreamTest, WhoDoesNotReadIsLetGoAndSlowsNobody) {
  GrowingText endless;
  auto with = options();
  with.deadlines.write = 100ms;
  serve(with, [&](const HttpRequest& request) {
    if (request.target == "/text") return answer_with(text_.follow());
    auto stream = endless.follow();
    stream->next = [first = stream->next]() -> std::optional<std::string> {
      (void)first();
      return std::string(1 << 20, 'a');
    };
    return answer_with(std::move(stream));
  });
  const auto reading = asking(), stuck = asking("/endless");
  (void)reading->read_head();
  endless.wait_until_asked(1);
  for (int i = 0; i < 100; ++i) {
    text_.append("b");
    ring();
    EXPECT_EQ(reading->read_until("b\r\n"), "1\r\nb\r\n");
  }
  endless.wait_until_freed();
  text_.append("c");
  ring();
  EXPECT_EQ(reading->read_until("c\r\n"), "1\r\nc\r\n");
  EXPECT_FALSE(stuck->read_all().ends_with("0\r\n\r\n")) << "it sees that the answer is cut";
}

TEST_F(HttpStreamTest, IsFreedWhenItsClientLeaves) {
  serve(options());
  for (const bool with_reset : {false, true}) {
    text_.append("a");
    auto client = asking();
    (void)client->read_until("a\r\n");
    if (with_reset) client->reset();
    client.reset();
    text_.wait_until_freed();
  }
  EXPECT_EQ(warned_, "");
}

TEST_F(HttpStreamTest, EndsWithItsLastBytesWhenTheServerStops) {
  serve(options(), [this](const HttpRequest& request) {
    auto stream = text_.follow();
    if (request.target == "/last") stream->last = [] { return "bye"; };
    if (request.target == "/nothing") stream->last = [] { return std::string(); };
    return answer_with(std::move(stream));
  });
  text_.append("text");
  const auto first = asking("/last"), second = asking("/nothing"), third = asking("/none");
  for (const auto* client : {&first, &second, &third})
    EXPECT_TRUE((*client)->read_until("text\r\n").ends_with("4\r\ntext\r\n"));
  serving_->listener().stop();
  EXPECT_EQ(first->read_all(), "3\r\nbye\r\n0\r\n\r\n");
  EXPECT_EQ(second->read_all(), "0\r\n\r\n");
  EXPECT_EQ(third->read_all(), "0\r\n\r\n");
  serving_->wait();
  text_.wait_until_freed();
}

TEST_F(HttpStreamTest, SendsWhatItHasBegunWhenTheServerStops) {
  const std::string big(32 << 20, 'a');
  serve(options(), [&](const HttpRequest&) {
    auto stream = text_.follow();
    stream->last = [] { return "bye"; };
    return answer_with(std::move(stream));
  });
  text_.append(big);
  const auto client = asking();
  EXPECT_TRUE(client->read_until("2000000\r\n").ends_with("\r\n2000000\r\n"));
  serving_->listener().stop();
  EXPECT_EQ(client->read_all(), big + "\r\n3\r\nbye\r\n0\r\n\r\n");
  serving_->wait();
}

TEST_F(HttpStreamTest, IsCutWhenItFails) {
  serve(options(), [](const HttpRequest& request) {
    auto stream = std::make_shared<HttpStream>();
    stream->patience = 1h;
    stream->next = [=, asked = 0]() mutable -> std::optional<std::string> {
      if (++asked == 1) return "good";
      if (request.target == "/next") throw std::runtime_error("out of ink");
      return "";
    };
    stream->last = []() -> std::string { throw std::runtime_error("out of time"); };
    return answer_with(std::move(stream));
  });
  EXPECT_TRUE(asking("/next")->read_all().ends_with("\r\n\r\n4\r\ngood\r\n"));
  const auto client = asking("/last");
  EXPECT_TRUE(client->read_until("good\r\n").ends_with("\r\n\r\n4\r\ngood\r\n"));
  serving_->stop();
  EXPECT_EQ(client->read_all(), "");
  EXPECT_EQ(warned_, "out of inkout of time");
}

TEST_F(HttpStreamTest, NoMoreAreUnderWayThanMayBe) {
  auto with = options();
  with.streams_max = 1;
  serve(with);
  const auto first = asking();
  (void)first->read_head();
  const auto second = asking();
  const auto refused = second->read_response();
  EXPECT_EQ(status_of(refused), 503);
  EXPECT_NE(refused.find("\r\nRetry-After: "), std::string::npos);
  ask(*second, "/plain");
  EXPECT_EQ(status_of(second->read_response()), 200) << "other answers are given";
  text_.end();
  ring();
  EXPECT_EQ(first->read_head(), "0\r\n\r\n");
  ask(*first, "/text");
  EXPECT_EQ(status_of(first->read_head()), 200) << "its place is free again";
}

TEST_F(HttpStreamTest, ThreadsRingAndEachStreamSeesAll) {
  constexpr std::size_t threads_count = 4, clients_count = 4, appends = 200;
  serve(options());
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (std::size_t i = 0; i < clients_count; ++i) clients.push_back(asking());
  for (const auto& client : clients) EXPECT_EQ(status_of(client->read_head()), 200);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < threads_count; ++i)
    threads.emplace_back([this] {
      for (std::size_t append = 0; append < appends; ++append) {
        text_.append("x");
        ring();
      }
    });
  // No stream is done: what wakes it for the last append is the ring for it and nothing else.
  for (const auto& client : clients) {
    std::size_t seen = 0;
    while (seen < threads_count * appends) {
      const auto size = std::stoul(client->read_until("\r\n"), nullptr, 16);
      EXPECT_EQ(client->read_until("\r\n"), std::string(size, 'x') + "\r\n");
      seen += size;
    }
    EXPECT_EQ(seen, threads_count * appends);
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace kinledger::server
