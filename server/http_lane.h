// A lane (通道): the threads for requests whose handlers wait for the same thing, and the queue in
// front of them. A disk that takes ten seconds to sync holds every handler that records something;
// as these have a lane of their own, questions do not wait for it.
//
// A thread that is done takes what waits longest: where much is asked none of them sleeps between
// two requests.
//
// Concurrency: run() is called on the thread that runs the io_context, and figures() on any.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "server/http_listener.h"
#include "server/lane_figures.h"

namespace kinledger::server {

class HttpLane {
 public:
  /// `io` outlives it. Throws std::system_error where the system has no thread for it.
  HttpLane(boost::asio::io_context& io, HttpLaneOptions options);
  /// Precondition: nothing waits, and nothing runs.
  ~HttpLane() { end(); }
  HttpLane(const HttpLane&) = delete;
  HttpLane& operator=(const HttpLane&) = delete;

  /// Has `work`, which must not throw, done on a thread of the lane, whoever came first being
  /// first, and goes on when it is done. False when no thread was free within `patience`: it is not
  /// begun then. Without one it waits for as long as it takes.
  boost::asio::awaitable<bool> run(std::function<void()> work,
                                   std::optional<std::chrono::milliseconds> patience);

  LaneFigures figures() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Job {
    std::function<void()> work;
    Clock::time_point came;
    Clock::time_point until;          ///< it is not begun afterwards
    std::function<void(bool)> go_on;  ///< told whether it was done; once
  };

  void put(Job& job);
  void take_jobs();
  void await_impatience(Clock::time_point first);
  void give_up_the_impatient();
  void end() noexcept;

  boost::asio::io_context& io_;
  const HttpLaneOptions options_;
  boost::asio::steady_timer alarm_;  ///< rings when somebody's patience is over
  bool is_alarm_set_ = false;
  mutable std::mutex mutex_;  // guards what follows up to the threads
  std::condition_variable has_jobs_;
  std::list<Job*> queue_;
  bool is_ending_ = false;
  std::size_t at_work_ = 0;
  std::uint64_t given_up_ = 0;
  Clock::duration waited_{};
  std::vector<std::thread> threads_;
};

}  // namespace kinledger::server
