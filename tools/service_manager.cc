#include "tools/service_manager.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace kinledger::tools {

std::optional<int> inherited_socket() {
  if (sd_listen_fds(0) != 1) return std::nullopt;
  return SD_LISTEN_FDS_START;
}

void tell_ready() { sd_notify(0, "READY=1"); }
void tell_alive() { sd_notify(0, "WATCHDOG=1"); }
void tell_stopping() { sd_notify(0, "STOPPING=1"); }

std::chrono::milliseconds alive_every() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::chrono::milliseconds(0);
  // Twice in the time, as sd_watchdog_enabled(3) recommends.
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::microseconds(microseconds / 2));
}

}  // namespace kinledger::tools
