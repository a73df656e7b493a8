// Whatever a socket waits for fails when its deadline is over, also what begins too late.
#include "server/http_deadline.h"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <optional>

namespace kinledger::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono_literals::operator""ms;
using tcp = asio::ip::tcp;

class HttpDeadlineTest : public testing::Test {
 protected:
  HttpDeadlineTest() {
    tcp::acceptor acceptor(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    other_.connect(acceptor.local_endpoint());
    acceptor.accept(socket_);
    deadline_.emplace(socket_);
  }

  /// Begins to read; what comes of it is in read_.
  void read() {
    read_.reset();
    socket_.async_read_some(asio::buffer(bytes_),
                            [this](const error_code& error, std::size_t) { read_ = error; });
  }
  void run_until_read() {
    while (!read_) io_.run_one();
  }

  asio::io_context io_;
  tcp::socket socket_{io_}, other_{io_};
  std::optional<HttpDeadline> deadline_;
  std::array<char, 16> bytes_{};
  std::optional<error_code> read_;
};

TEST_F(HttpDeadlineTest, CancelsWhatIsUnderWayAndLeavesTheSocketOpen) {
  deadline_->expires_after(10ms);
  read();
  run_until_read();
  EXPECT_EQ(*read_, asio::error::operation_aborted);
  EXPECT_TRUE(deadline_->is_over());
  deadline_->expires_after(std::chrono::minutes(10));
  EXPECT_FALSE(deadline_->is_over());
  read();
  asio::write(other_, asio::buffer("a", 1));
  run_until_read();
  EXPECT_FALSE(*read_) << *read_;
}

TEST_F(HttpDeadlineTest, CancelsWhatBeginsTooLate) {
  deadline_->expires_after(1ms);
  while (!deadline_->is_over()) io_.run_one();
  read();
  run_until_read();
  EXPECT_EQ(*read_, asio::error::operation_aborted);
}

TEST_F(HttpDeadlineTest, IsMovedForwardAndBack) {
  deadline_->expires_after(1ms);
  deadline_->expires_after(std::chrono::minutes(10));
  read();
  // Its first ring is over by then.
  asio::steady_timer later(io_, 20ms);
  later.async_wait([&](const error_code&) { asio::write(other_, asio::buffer("a", 1)); });
  run_until_read();
  EXPECT_FALSE(*read_) << *read_;
  deadline_->expires_after(1ms);
  read();
  run_until_read();
  EXPECT_EQ(*read_, asio::error::operation_aborted);
}

TEST_F(HttpDeadlineTest, IsOverForNobodyWhenItIsTakenBackOrGone) {
  deadline_->expires_after(1ms);
  deadline_->expires_never();
  read();
  io_.run_for(20ms);
  EXPECT_FALSE(read_);
  deadline_->expires_after(1ms);
  deadline_.reset();
  io_.restart();
  io_.run_for(20ms);
  EXPECT_FALSE(read_);
}

}  // namespace
}  // namespace kinledger::server
