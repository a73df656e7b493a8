// What is told of a lane of the listener (server/http_lane.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace kinledger::server {

struct LaneFigures {
  std::string name;
  std::size_t threads = 0;
  std::size_t at_work = 0;     ///< of them
  std::size_t waiting = 0;     ///< requests and streams that wait for one
  std::uint64_t given_up = 0;  ///< requests that waited too long and were refused
  double waited_seconds = 0;   ///< by all that no longer wait
};

}  // namespace kinledger::server
