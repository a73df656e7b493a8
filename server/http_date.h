// The dates of HTTP, RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
#pragma once

#include <chrono>
#include <string>

namespace kinledger::server {

/// IMF-fixdate; what is below a second is left out. Precondition: a year of four digits.
std::string http_date(std::chrono::system_clock::time_point at);

}  // namespace kinledger::server
