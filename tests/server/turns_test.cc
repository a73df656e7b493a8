// How many may do something at a time.
#include "server/turns.h"

#include <gtest/gtest.h>

namespace kinledger::server {
namespace {

TEST(Turns, AreTakenAndGivenBack) {
  Turns turns(2);
  auto first = turns.take();
  const auto second = turns.take();
  EXPECT_TRUE(first != nullptr && second != nullptr);
  EXPECT_EQ(turns.take(), nullptr);
  first.reset();
  EXPECT_NE(turns.take(), nullptr);
}

}  // namespace
}  // namespace kinledger::server
