// A power cut leaves foreign bytes in the record of the log that was being written: the ledger
// refuses to open, and what was acknowledged is saved from it.
#include "ledger/salvage.h"

#include <fstream>

#include "ledger/vault_check.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

class Salvage : public LedgerTest {
 protected:
  Salvage() {
    create();
    created_vault_bytes_ = fs::file_size(log_of(paths().vault()));
    recorded("known", {person_registered(example_child, "小明")});
    recorded("paid", {premium_paid(example_child, "2021-03-31", Fen{25'000})});
  }

  Paths paths() const { return {directory_.path() / "ledger", {}}; }
  fs::path to() const { return directory_.path() / "saved"; }

  /// The newest log of a database: the one that was being written.
  static fs::path log_of(const fs::path& database) {
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(database))
      if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
    return newest;
  }

  /// Where the records of a log begin: checksum (4 bytes), length (2), type (1), bytes.
  /// Precondition: the log is shorter than one block, 32 KiB.
  static std::vector<std::uint64_t> records_of(const fs::path& log) {
    std::ifstream file(log, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::uint64_t> begins;
    for (std::size_t at = 0; at + 7 < bytes.size();) {
      begins.push_back(at);
      at += 7 + static_cast<std::uint8_t>(bytes[at + 4]) +
            (std::size_t{static_cast<std::uint8_t>(bytes[at + 5])} << 8);
    }
    return begins;
  }

  static void put_foreign_bytes(const fs::path& log, std::uint64_t at) {
    std::fstream bytes(log, std::ios::binary | std::ios::in | std::ios::out);
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes << "foreign bytes";
  }

  /// Records once more and goes; the last bytes of that record are others then.
  void tear_the_last_record() {
    const auto log = log_of(paths().journal());
    const auto sound = fs::file_size(log);
    recorded("torn", {premium_paid(example_child, "2021-04-01", Fen{30'000})});
    ledger_.reset();
    const auto whole = fs::file_size(log);
    ASSERT_GT(whole, sound + 40);
    put_foreign_bytes(log, sound + 20);
  }

  void open_the_copy() {
    auto there = options();
    there.directory = to();
    there.state = paths().state;
    ledger_ = Ledger::open(there, random_).value();
    verify_all();
  }

  std::uint64_t created_vault_bytes_ = 0;  ///< of its log, before any person was in it
};

TEST_F(Salvage, HoldsWhatWasAcknowledgedAndGoesOn) {
  const auto acknowledged = ledger_->durable();
  const auto mark = paths().mark(), kept = directory_.path() / "mark.kept";
  fs::copy_file(mark, kept);
  tear_the_last_record();
  fs::copy_file(kept, mark, fs::copy_options::overwrite_existing);  // the record was never answered
  EXPECT_EQ(Ledger::open(options(), random_).error().failure, Failure::corrupt);

  const auto saved = salvage(paths(), to()).value();
  EXPECT_EQ(saved.head, acknowledged);
  EXPECT_EQ(saved.acknowledged, acknowledged.size);
  EXPECT_EQ(Ledger::open(options(), random_).error().failure, Failure::corrupt)
      << "the ledger itself is left as it is";

  open_the_copy();
  const auto vault =
      check_vault(ledger_->journal(), ledger_->vault(), ledger_->durable().size, [](auto) {});
  EXPECT_FALSE(vault.value().damage.has_value());
  EXPECT_TRUE(recorded("paid", {premium_paid(example_child, "2021-03-31", Fen{25'000})}).already);
  EXPECT_FALSE(recorded("torn", {premium_paid(example_child, "2021-04-01", Fen{30'000})}).already);
}

TEST_F(Salvage, OfLessThanWasAcknowledgedIsNone) {
  tear_the_last_record();  // which was answered: the mark says so
  const auto saved = salvage(paths(), to());
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(saved.error().failure, Failure::corrupt);
  EXPECT_NE(saved.error().what.find("restore a backup"), std::string::npos);
  EXPECT_FALSE(fs::exists(to()));
}

TEST_F(Salvage, WithoutAnIdentityThatWasAcknowledgedIsNone) {
  const auto log = log_of(paths().vault());
  ledger_.reset();
  // In the record with the registered person: what comes behind it is cut too.
  put_foreign_bytes(log, created_vault_bytes_ + 20);
  const auto saved = salvage(paths(), to());
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(saved.error().failure, Failure::corrupt);
  EXPECT_NE(saved.error().what.find("lacks what was acknowledged"), std::string::npos)
      << saved.error().what;
}

TEST_F(Salvage, FinishesAnErasureWhoseKeyWasBeingDestroyed) {
  const auto gone = ledger_->vault().find(example_child).value().value();
  recorded("erased", {person_erased(gone)});
  const auto acknowledged = ledger_->durable();
  const auto log = log_of(paths().vault());
  ledger_.reset();
  // The last record notes that the destruction, which is the one before it, was carried out.
  const auto records = records_of(log);
  fs::resize_file(log, records.back());
  put_foreign_bytes(log, records[records.size() - 2] + 20);
  const auto saved = salvage(paths(), to());
  ASSERT_TRUE(saved.has_value()) << saved.error().what;
  EXPECT_EQ(saved->head, acknowledged);
  open_the_copy();
  EXPECT_FALSE(ledger_->vault().has(gone).value());
  EXPECT_EQ(ledger_->erased_at_start(), 0U) << "nothing was left for the start to erase";
}

TEST_F(Salvage, OfASoundLedgerIsTheLedger) {
  const auto head = ledger_->durable();
  ledger_.reset();
  EXPECT_EQ(salvage(paths(), to()).value().head, head);
}

TEST_F(Salvage, TakesNothingThatIsInUseAndReplacesNothing) {
  EXPECT_EQ(salvage(paths(), to(), 0).error().failure, Failure::unavailable) << "it is open";
  ledger_.reset();
  fs::create_directory(to());
  std::ofstream(to() / "something") << "else";
  EXPECT_EQ(salvage(paths(), to()).error().failure, Failure::invalid);
  EXPECT_TRUE(fs::exists(to() / "something"));
  EXPECT_EQ(salvage({directory_.path() / "none", {}}, directory_.path() / "x").error().failure,
            Failure::invalid);
}

}  // namespace
}  // namespace kinledger::ledger
