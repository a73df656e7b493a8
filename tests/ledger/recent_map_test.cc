// What is remembered, and what must not be once it was forgotten.
#include "ledger/recent_map.h"

#include <gtest/gtest.h>

#include "ledger/types.h"

namespace kinledger::ledger {
namespace {

const PersonId known_person{{1}}, other_person{{2}};

TEST(RecentMap, RemembersUntilItIsToForget) {
  RecentMap<PersonId, int> map;
  EXPECT_FALSE(map.find(known_person));
  map.put(known_person, 7, map.forgotten());
  map.put(other_person, 8, map.forgotten());
  EXPECT_EQ(map.find(known_person), 7);
  map.forget(known_person);
  EXPECT_FALSE(map.find(known_person));
  EXPECT_EQ(map.find(other_person), 8);
}

TEST(RecentMap, DoesNotTakeWhatWasReadBeforeItForgot) {
  RecentMap<PersonId, int> map;
  const auto before = map.forgotten();
  map.forget(known_person);  // whoever read the row before has yet to put it
  map.put(known_person, 7, before);
  EXPECT_FALSE(map.find(known_person));
  map.put(known_person, 7, map.forgotten());
  EXPECT_EQ(map.find(known_person), 7);
}

}  // namespace
}  // namespace kinledger::ledger
