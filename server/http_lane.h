// A lane (通道): the threads for requests whose handlers wait for the same thing, and the queue in
// front of them. A disk that takes ten seconds to sync holds every handler that records something;
// as these have a lane of their own, questions do not wait for it.
//
// Concurrency: everything but figures() is called on the thread that runs the io_context.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <list>
#include <optional>

#include "server/http_listener.h"
#include "server/lane_figures.h"

namespace kinledger::server {

class HttpLane {
 public:
  HttpLane(boost::asio::io_context& io, HttpLaneOptions options);

  /// Waits for a free thread, whoever came first being first. False when none was free within
  /// `patience`; without one it waits for as long as it takes.
  boost::asio::awaitable<bool> enter(std::optional<std::chrono::milliseconds> patience);
  /// Gives the thread to the next one. Precondition: entered.
  void leave() noexcept;
  /// As many as may have entered: what is run here begins at once.
  boost::asio::thread_pool& threads() { return threads_; }
  /// Waits for what runs.
  void join() { threads_.join(); }

  /// Any thread.
  LaneFigures figures() const;

 private:
  struct Waiting {
    boost::asio::steady_timer alarm;
    bool has_entered = false;
  };

  boost::asio::io_context& io_;
  const HttpLaneOptions options_;
  boost::asio::thread_pool threads_;
  std::list<Waiting*> queue_;
  std::atomic<std::size_t> at_work_ = 0;
  std::atomic<std::size_t> waiting_ = 0;
  std::atomic<std::uint64_t> given_up_ = 0;
  std::atomic<double> waited_seconds_ = 0;
};

/// Leaves the lane when it goes. Precondition: entered.
class LanePlace {
 public:
  explicit LanePlace(HttpLane& lane) : lane_(lane) {}
  ~LanePlace() { lane_.leave(); }
  LanePlace(const LanePlace&) = delete;
  LanePlace& operator=(const LanePlace&) = delete;

 private:
  HttpLane& lane_;
};

}  // namespace kinledger::server
