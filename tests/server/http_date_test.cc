// Dates of HTTP against the example of RFC 9110 and days at which calendars go wrong.
#include "server/http_date.h"

#include <gtest/gtest.h>

namespace kinledger::server {
namespace {

std::string date_of(std::chrono::milliseconds since_1970) {
  return http_date(std::chrono::system_clock::time_point(since_1970));
}

TEST(HttpDate, IsAsInRfc9110) {
  using std::chrono_literals::operator""ms;
  EXPECT_EQ(date_of(784'111'777'000ms), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date_of(784'111'777'999ms), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date_of(0ms), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date_of(-1ms), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(date_of(951'827'696'000ms), "Tue, 29 Feb 2000 12:34:56 GMT");
  EXPECT_EQ(date_of(4'107'542'399'000ms), "Sun, 28 Feb 2100 23:59:59 GMT");
  EXPECT_EQ(date_of(4'107'542'400'000ms), "Mon, 01 Mar 2100 00:00:00 GMT");
}

}  // namespace
}  // namespace kinledger::server
