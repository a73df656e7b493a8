// By when a socket must be done with what it does (时限). When that is over, whatever it waits for
// is cancelled and fails, and so does what it begins afterwards, until the deadline is set anew;
// the socket stays open, so that the other side can still be told why.
//
// To move a deadline costs no timer: one that rings too early waits for the rest.
//
// Concurrency: the thread that runs the socket's io_context.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

namespace kinledger::server {

class HttpDeadline {
 public:
  /// Precondition: `socket` outlives it.
  explicit HttpDeadline(boost::asio::ip::tcp::socket& socket)
      : watch_(std::make_shared<Watch>(socket)) {}
  ~HttpDeadline() { watch_->end(); }
  HttpDeadline(const HttpDeadline&) = delete;
  HttpDeadline& operator=(const HttpDeadline&) = delete;

  void expires_after(std::chrono::milliseconds time) { watch_->set(Clock::now() + time); }
  void expires_never() { watch_->set(never); }
  /// Whether it was over since it was set last.
  bool is_over() const { return watch_->is_over; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr auto never = Clock::time_point::max();

  // Shared with the timer's handler, which may be called after the deadline is gone.
  struct Watch : std::enable_shared_from_this<Watch> {
    explicit Watch(boost::asio::ip::tcp::socket& of) : socket(&of), timer(of.get_executor()) {}
    void set(Clock::time_point at);
    void await(Clock::time_point ring_at);
    void ring();
    void end() noexcept;

    boost::asio::ip::tcp::socket* socket;  ///< null once the deadline is gone
    boost::asio::steady_timer timer;
    Clock::time_point until = never;
    Clock::time_point rings_at = never;  ///< that of the timer
    bool is_over = false;
  };

  const std::shared_ptr<Watch> watch_;
};

}  // namespace kinledger::server
