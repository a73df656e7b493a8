#include "server/http_lane.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "ledger/result.h"

namespace kinledger::server {

namespace asio = boost::asio;

HttpLane::HttpLane(asio::io_context& io, HttpLaneOptions options)
    : io_(io), options_(std::move(options)), threads_(options_.threads) {}

asio::awaitable<bool> HttpLane::enter(std::optional<std::chrono::milliseconds> patience) {
  if (at_work_ < options_.threads) {
    ++at_work_;
    co_return true;
  }
  const auto came = std::chrono::steady_clock::now();
  Waiting waiting{asio::steady_timer(io_)};
  waiting.alarm.expires_at(patience ? came + *patience
                                    : std::chrono::steady_clock::time_point::max());
  const auto place = queue_.insert(queue_.end(), &waiting);
  ++waiting_;
  (void)co_await waiting.alarm.async_wait(asio::as_tuple(asio::use_awaitable));
  --waiting_;
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - came;
  waited_seconds_ = waited_seconds_ + waited.count();
  // Whoever is let in has been taken from the queue.
  if (waiting.has_entered) co_return true;
  queue_.erase(place);
  ++given_up_;
  co_return false;
}

void HttpLane::leave() noexcept {
  invariant(at_work_ > 0, "nobody leaves who did not enter");
  if (queue_.empty()) {
    --at_work_;
    return;
  }
  auto* next = queue_.front();
  queue_.pop_front();
  next->has_entered = true;
  try {
    next->alarm.cancel();
  } catch (const boost::system::system_error&) {
    invariant(false, "a timer can be cancelled");
  }
}

LaneFigures HttpLane::figures() const {
  return {options_.name, options_.threads, at_work_, waiting_, given_up_, waited_seconds_};
}

}  // namespace kinledger::server
