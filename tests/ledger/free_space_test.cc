// The gate before a full disk, with a disk that says what the test wants.
#include "ledger/free_space.h"

#include <atomic>

#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;

/// What a gate in front of these file systems says.
FreeSpace::Figures judged(const std::vector<Room>& rooms) {
  std::vector<std::filesystem::path> directories;
  for (std::size_t i = 0; i < rooms.size(); ++i) directories.emplace_back(std::to_string(i));
  RoomLimit limit;
  limit.probe = [&](const std::filesystem::path& directory) {
    return std::optional(rooms.at(std::stoul(directory.string())));
  };
  return FreeSpace(directories, limit).look();
}

TEST(FreeSpace, IsTooLittleBelowTheLimitOrThePartOfASmallDisk) {
  EXPECT_FALSE(judged({{256 * mebibyte, 100 * gibibyte}}).is_short);
  EXPECT_TRUE(judged({{256 * mebibyte - 1, 100 * gibibyte}}).is_short);
  EXPECT_FALSE(judged({{50 * mebibyte, 1'000 * mebibyte}}).is_short);
  EXPECT_TRUE(judged({{50 * mebibyte - 1, 1'000 * mebibyte}}).is_short);
  const auto full_state = judged({{gibibyte, 100 * gibibyte}, {0, gibibyte}});
  EXPECT_TRUE(full_state.is_short) << "the state has a disk of its own";
  EXPECT_EQ(full_state.free_bytes, 0U);
  const auto small_state =
      judged({{60 * mebibyte, 1'000 * mebibyte}, {200 * mebibyte, gibibyte * 99}});
  EXPECT_TRUE(small_state.is_short);
  EXPECT_EQ(small_state.free_bytes, 200 * mebibyte) << "the state has less, but enough";
}

TEST(FreeSpace, ThatCannotBeFoundOutRefusesNothing) {
  RoomLimit limit;
  limit.probe = [](const auto&) { return std::optional<Room>(); };
  FreeSpace space({"anywhere"}, limit);
  EXPECT_TRUE(space.admit());
  EXPECT_FALSE(room_on_disk("/no such directory").has_value());
  EXPECT_GT(room_on_disk("/").value_or(Room{}).total_bytes, 0U);
}

TEST(FreeSpace, IsLookedAtNowAndThen) {
  int looks = 0;
  RoomLimit limit;
  limit.looked_every = std::chrono::hours(1);
  limit.probe = [&](const auto&) {
    ++looks;
    return std::optional(Room{gibibyte, gibibyte});
  };
  FreeSpace space({"anywhere"}, limit);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(space.admit());
  EXPECT_EQ(looks, 1);
}

class NearlyFullDisk : public LedgerTest {
 protected:
  LedgerOptions gated() {
    auto out = options();
    out.room.looked_every = {};
    out.room.probe = [this](const auto&) { return std::optional(Room{free_, 100 * gibibyte}); };
    return out;
  }

  std::atomic<std::uint64_t> free_{gibibyte};
};

TEST_F(NearlyFullDisk, RecordsNothingUntilThereIsRoomAgain) {
  ledger_ = Ledger::create(gated(), origin, {330100}, random_).value();
  const auto before = recorded("before", {unit_recorded("U1")});
  free_ = 100 * mebibyte;
  EXPECT_TRUE(ledger_->free_space().is_short);
  const auto refused = hand_in("meanwhile", {unit_recorded("U2")});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().failure, Failure::unavailable);
  EXPECT_NE(refused.error().what.find("only 100 MiB left"), std::string::npos);
  EXPECT_NE(refused.error().zh.find("仅剩 100 MiB"), std::string::npos);
  EXPECT_EQ(ledger_->durable(), before.head);

  // What needs no room goes on.
  verify_all();
  EXPECT_TRUE(hand_in("before", {unit_recorded("U1")}).value().receipt->already);
  EXPECT_TRUE(ledger_->checkpoint());
  EXPECT_TRUE(ledger_->link_to(directory_.path() / "ledger/links"));
  ledger_.reset();
  ledger_ = Ledger::open(gated(), random_).value();
  EXPECT_EQ(ledger_->durable(), before.head) << "it opens, and refuses again";
  EXPECT_FALSE(hand_in("meanwhile", {unit_recorded("U2")}).has_value());

  free_ = gibibyte;
  EXPECT_EQ(recorded("meanwhile", {unit_recorded("U2")}).first.value, before.head.size.value);
  verify_all();
}

}  // namespace
}  // namespace kinledger::ledger
