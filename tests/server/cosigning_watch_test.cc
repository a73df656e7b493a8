// Witnesses that are asked again while a ledger is served: real ones, over sockets.
#include "server/cosigning_watch.h"

#include <fstream>
#include <thread>

#include "ledger/log_signer.h"
#include "tests/server/access_office.h"
#include "tests/server/scripted_server.h"

namespace kinledger::server {
namespace {

using std::chrono_literals::operator""ms;

class CosigningWatchTest : public testing::Test {
 protected:
  CosigningWatchTest() {
    for (const auto* name : {"a", "b", "c"})
      witnesses_[name] = std::make_unique<WitnessOnSocket>(
          std::string(name) + ".example", std::vector<ledger::NoteVerifier>{verifier()});
  }

  ledger::NoteVerifier verifier() { return office_.archive->ledger().verifier().value(); }
  ledger::Paths paths() const { return {office_.options.directory, office_.options.state}; }
  CosignatureCollector collector() {
    auto text = "log " + verifier().to_text() + "\n";
    for (const auto& [name, witness] : witnesses_)
      text += "witness " + name + " " + witness->witness().verifier().to_text() + " " +
              witness->url() + "\n";
    const auto policy = ledger::WitnessPolicy::read(text + "group g 2 a b c\nquorum g\n");
    return CosignatureCollector::make(policy.value(), verifier(), {10'000ms}).value();
  }
  std::unique_ptr<CosigningWatch> watch() { return watch_of(office_.options.directory); }
  std::unique_ptr<CosigningWatch> watch_of(const std::filesystem::path& directory) {
    return std::make_unique<CosigningWatch>(
        *office_.archive, collector(),
        CosigningWatch::Options{ledger::Paths(directory, ""), 1ms,
                                [this](std::string_view words) {
                                  const std::lock_guard lock(mutex_);
                                  said_ += std::string(words) + "\n";
                                },
                                [this] { ++recorded_; }});
  }
  void record(const std::string& key) {
    office_.submit(R"({"key": ")" + key + R"(", "events": [
      {"type": "UnitRecorded", "validOn": "2021-01-01", "unit": {"unitNumber": "33019900)" +
                   key + R"("}, "name": "丙单位", "area": "330106"}]})");
  }
  std::string said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  /// Waits until that is so.
  template <class Condition>
  static void until(const Condition& is_so) {
    while (!is_so()) std::this_thread::yield();
  }
  std::uint64_t size() const { return office_.archive->ledger().durable().size.value; }

  AccessOffice office_;
  std::map<std::string, std::unique_ptr<WitnessOnSocket>> witnesses_;
  std::mutex mutex_;
  std::string said_;
  std::atomic<int> recorded_ = 0;
};

TEST_F(CosigningWatchTest, FollowsWhatIsRecorded) {
  const auto watching = watch();
  for (const auto* key : {"3", "4"}) {
    record(key);
    const auto recorded = size();
    until([&] { return watching->figures().size.value >= recorded; });
    const auto kept = ledger::read_cosigned(paths()).value();
    ASSERT_TRUE(kept.has_value());
    EXPECT_GE(ledger::read_checkpoint(kept->text)->head.size.value, recorded);
    EXPECT_EQ(watching->figures().quorum.has, 3U);
    EXPECT_EQ(watching->figures().quorum.needs, 2U);
  }
  EXPECT_GT(watching->figures().at, 0U);
  EXPECT_GT(recorded_, 0);
  EXPECT_EQ(said(), "");
  // What the ledger gives out bears the cosignatures.
  until([&] { return watching->figures().size.value == size(); });
  const auto note = ledger::read_note(office_.archive->ledger().checkpoint()->note).value();
  EXPECT_EQ(note.signatures.size(), 4U);
}

TEST_F(CosigningWatchTest, TellsOnceOfAWitnessThatIsDownAndGoesOn) {
  const auto watching = watch();
  witnesses_["b"]->stop();
  record("3");
  const auto recorded = size();
  until([&] { return watching->figures().size.value >= recorded; });
  record("4");
  until([&] { return watching->figures().size.value > recorded; });
  const auto words = said();
  EXPECT_TRUE(words.starts_with("witness b does not answer: ")) << words;
  EXPECT_EQ(words.find("witness b", 1), std::string::npos) << words;
  // Two of three are down: recorded all the same, and made up for later.
  witnesses_["c"]->stop();
  record("5");
  until([&] { return watching->figures().quorum.has == 1; });
  EXPECT_LT(watching->figures().size.value, size());
  witnesses_["b"]->start();
  until([&] { return watching->figures().size.value == size(); });
  EXPECT_NE(said().find("witness b cosigns again"), std::string::npos) << said();
}

TEST_F(CosigningWatchTest, AWitnessThatHoldsMoreEndsTheSigning) {
  {
    const auto watching = watch();
    record("3");
    const auto recorded = size();
    until([&] { return watching->figures().size.value >= recorded; });
  }
  // Another ledger with the same key: what is recorded here next, the witness never saw.
  const TestDirectory elsewhere;
  const auto copy = [&](const std::filesystem::path& from, const char* name) {
    std::filesystem::copy(from, elsewhere.path() / name, std::filesystem::copy_options::recursive);
  };
  office_.log.reset();
  office_.archive.reset();
  copy(office_.options.directory, "ledger");
  copy(paths().state, "ledger.state");
  auto options = office_.options;
  options.directory = elsewhere.path() / "ledger";
  office_.archive = projections::Archive::open(options, office_.random).value();
  record("4");
  {
    const auto watching = watch_of(elsewhere.path() / "ledger");
    const auto recorded = size();
    until([&] { return watching->figures().size.value >= recorded; });
  }
  office_.archive.reset();
  office_.archive = projections::Archive::open(office_.options, office_.random).value();
  record("5");
  const auto watching = watch();
  until([&] { return watching->figures().is_contradicted; });
  until([&] { return !office_.archive->ledger().checkpoint().has_value(); });
  EXPECT_NE(said().find("restore the newest backup"), std::string::npos) << said();
}

}  // namespace
}  // namespace kinledger::server
