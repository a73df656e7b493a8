// What waits for one thing keeps nobody waiting who waits for another, and nobody for ever.
#include "server/http_lane.h"

#include <future>

#include "tests/server/listening.h"

namespace kinledger::server {
namespace {

using std::chrono_literals::operator""ms;

constexpr unsigned recorders = 2;
const std::string record = "GET /record HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const std::string ask_request = "GET /ask HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// Handlers of /record wait for a disk.
class HttpLaneTest : public HttpListenerTest {
 protected:
  ~HttpLaneTest() override { go_on(); }

  void serve_lanes(std::chrono::milliseconds queue) {
    auto with = options();
    with.lanes = {{"asking", 1}, {"recording", recorders}};
    with.lane_of = [](std::string_view, std::string_view target) -> std::size_t {
      return target == "/record" ? 1 : 0;
    };
    with.deadlines.queue = queue;
    serve(with, [this](const HttpRequest& request) -> HttpResponse {
      if (request.target == "/record") {
        ++begun_;
        done_.wait();
      }
      return {200, "text/plain", {}, "ok"};
    });
  }
  void go_on() {
    if (!std::exchange(goes_on_, true)) disk_.set_value();
  }
  /// A client that has sent this, when the lane shows it.
  std::unique_ptr<SocketClient> come(std::size_t at_work, std::size_t waiting) {
    auto client = std::make_unique<SocketClient>(serving_->port());
    client->send(record);
    auto now = lane();
    while (now.at_work != at_work || now.waiting != waiting) now = lane();
    return client;
  }
  LaneFigures lane() const { return serving_->listener().lanes().at(1); }

  std::atomic<int> begun_ = 0;

 private:
  std::promise<void> disk_;
  std::shared_future<void> done_ = disk_.get_future().share();
  bool goes_on_ = false;
};

TEST_F(HttpLaneTest, ASlowDiskKeepsNoQuestionWaiting) {
  serve_lanes(std::chrono::minutes(10));
  std::vector<std::unique_ptr<SocketClient>> recording;
  for (std::size_t i = 0; i < 5; ++i)
    recording.push_back(come(std::min<std::size_t>(i + 1, recorders), i < 2 ? 0 : i - 1));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(status_of(exchange(ask_request)), 200);
  EXPECT_EQ(begun_, static_cast<int>(recorders)) << "no more at a time than there are threads";
  go_on();
  for (const auto& client : recording) EXPECT_EQ(status_of(client->read_all()), 200);
  EXPECT_EQ(lane().waiting, 0U);
  EXPECT_EQ(lane().given_up, 0U);
  EXPECT_GT(lane().waited_seconds, 0.0);
}

TEST_F(HttpLaneTest, WhoeverWaitsTooLongIsRefusedAndNothingIsBegun) {
  serve_lanes(20ms);
  const auto first = come(1, 0), second = come(2, 0);
  const auto refused = exchange(record);
  EXPECT_EQ(status_of(refused), 503) << refused;
  for (const auto* words : {"QUEUE_TOO_LONG", "Retry-After: 5", "application/problem+json"})
    EXPECT_NE(refused.find(words), std::string::npos) << refused;
  EXPECT_EQ(begun_, 2);
  EXPECT_EQ(lane().given_up, 1U);
  EXPECT_EQ(this->refused(), std::vector{503U});
  go_on();
  EXPECT_EQ(status_of(first->read_all()), 200);
  EXPECT_EQ(status_of(second->read_all()), 200);
  EXPECT_EQ(status_of(exchange(record)), 200) << "the lane goes on";
}

TEST_F(HttpLaneTest, WhoeverWaitsIsAnsweredWhenTheServerStops) {
  serve_lanes(std::chrono::minutes(10));
  std::vector<std::unique_ptr<SocketClient>> recording;
  for (std::size_t i = 0; i < 3; ++i)
    recording.push_back(come(std::min<std::size_t>(i + 1, recorders), i < 2 ? 0 : i - 1));
  serving_->listener().stop();
  go_on();
  for (const auto& client : recording) EXPECT_EQ(status_of(client->read_all()), 200);
  serving_->stop();
}

}  // namespace
}  // namespace kinledger::server
