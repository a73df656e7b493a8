// What a service manager and a server tell each other (systemd): the socket that is already open,
// "ready", "still alive", "stopping". Without one, nothing.
#pragma once

#include <chrono>
#include <optional>

namespace kinledger::tools {

/// The listening socket that was handed over; nothing when none, or more than one, was.
std::optional<int> inherited_socket();
void tell_ready();
void tell_alive();
void tell_stopping();
/// How often tell_alive() is expected; 0: never.
std::chrono::milliseconds alive_every();

}  // namespace kinledger::tools
