#include "server/http_deadline.h"

#include <boost/system/system_error.hpp>

#include "ledger/result.h"

namespace kinledger::server {
namespace {

/// As long as the deadline is over and not set anew.
constexpr std::chrono::milliseconds between_rings{50};

}  // namespace

void HttpDeadline::Watch::set(Clock::time_point at) {
  until = at;
  is_over = false;
  if (until < rings_at) await(until);
}

/// A wait that was under way ends without a ring.
void HttpDeadline::Watch::await(Clock::time_point ring_at) {
  rings_at = ring_at;
  timer.expires_at(ring_at);
  timer.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled && self->socket != nullptr) self->ring();
  });
}

void HttpDeadline::Watch::ring() {
  // Set anew when it had rung already.
  if (timer.expiry() > Clock::now()) return;
  rings_at = never;
  if (until == never) return;
  if (until > Clock::now()) return await(until);
  is_over = true;
  boost::system::error_code ignored;
  socket->cancel(ignored);
  // Nothing may have been under way just now.
  await(Clock::now() + between_rings);
}

void HttpDeadline::Watch::end() noexcept {
  socket = nullptr;
  try {
    timer.cancel();
  } catch (const boost::system::system_error&) {
    invariant(false, "a timer can be cancelled");
  }
}

}  // namespace kinledger::server
