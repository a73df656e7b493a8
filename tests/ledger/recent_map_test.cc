// What is remembered, and what must not be once it was forgotten.
#include "ledger/recent_map.h"

#include <gtest/gtest.h>

#include "ledger/types.h"

namespace kinledger::ledger {
namespace {

const PersonId known{{1}}, other{{2}};

TEST(RecentMap, RemembersUntilItIsToForget) {
  RecentMap<PersonId, int> map;
  EXPECT_FALSE(map.find(known));
  map.put(known, 7, map.forgotten());
  map.put(other, 8, map.forgotten());
  EXPECT_EQ(map.find(known), 7);
  map.forget(known);
  EXPECT_FALSE(map.find(known));
  EXPECT_EQ(map.find(other), 8);
}

TEST(RecentMap, DoesNotTakeWhatWasReadBeforeItForgot) {
  RecentMap<PersonId, int> map;
  const auto before = map.forgotten();
  map.forget(known);  // whoever read the row before has yet to put it
  map.put(known, 7, before);
  EXPECT_FALSE(map.find(known));
  map.put(known, 7, map.forgotten());
  EXPECT_EQ(map.find(known), 7);
}

}  // namespace
}  // namespace kinledger::ledger
