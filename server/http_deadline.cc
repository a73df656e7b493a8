#include "server/http_deadline.h"

namespace kinledger::server {

void HttpDeadline::Watch::set(Clock::time_point at) {
  until = at;
  is_over = false;
  if (until < rings_at) await();
}

/// A wait that was under way ends without a ring.
void HttpDeadline::Watch::await() {
  rings_at = until;
  timer.expires_at(until);
  timer.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled && self->socket != nullptr) self->ring();
  });
}

void HttpDeadline::Watch::ring() {
  // Set anew when it had rung already.
  if (timer.expiry() > Clock::now()) return;
  rings_at = never;
  if (until == never) return;
  if (until > Clock::now()) return await();
  is_over = true;
  boost::system::error_code ignored;
  socket->cancel(ignored);
}

void HttpDeadline::Watch::end() {
  socket = nullptr;
  timer.cancel();
}

}  // namespace kinledger::server
