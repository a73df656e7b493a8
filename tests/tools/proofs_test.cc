// What leaves the ledger and proves itself: receipts, bundles, the published log.
#include "ledger/checkpoint.h"
#include "ledger/tile.h"
#include "tests/ledger/intruder.h"
#include "tests/ledger/proven.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

class Proofs : public testing::Test {
 protected:
  Proofs() {
    office_.write_premiums("premiums.csv", office_.premium_row("2021-01-10", office_.child));
    key_ = shell_.run({"checkpoint", "city", "--key"}).out;
    key_.pop_back();
  }

  /// As somebody who got the file and has no ledger.
  Ran verify_elsewhere(std::vector<std::string> words) {
    std::filesystem::rename(shell_.path("city"), shell_.path("hidden"));
    std::filesystem::rename(shell_.path("city.state"), shell_.path("hidden.state"));
    words.insert(words.begin(), "verify");
    const auto ran = shell_.run(words);
    std::filesystem::rename(shell_.path("hidden"), shell_.path("city"));
    std::filesystem::rename(shell_.path("hidden.state"), shell_.path("city.state"));
    return ran;
  }

  Office office_;
  Shell& shell_ = office_.shell;
  std::string key_;
};

TEST_F(Proofs, AStatusProvesItselfWithoutTheLedger) {
  ASSERT_EQ(shell_.run({"import", "city", "premiums.csv"}).exit, 0);
  const auto asked = office_.status("2021-06-01");
  const auto made = shell_.run(
      {"status", "city", "@child.txt", "--on", "2021-06-01", "--prove", "--out", "status.bundle"});
  ASSERT_EQ(made.exit, 0) << made.told();
  EXPECT_FALSE(holds(shell_.read("status.bundle"), office_.child));
  EXPECT_FALSE(holds(shell_.read("status.bundle"), "林知夏"));
  const auto verified = verify_elsewhere({"status.bundle", "--key", key_, "--json"});
  ASSERT_EQ(verified.exit, 0) << verified.told();
  const auto printed = object_of(verified.out);
  const auto& again = printed.at("answer").as_object();
  EXPECT_EQ(again.at("answer"), asked.at("answer"));
  EXPECT_EQ(again.at("reasons"), asked.at("reasons"));
}

TEST_F(Proofs, ABundleInAFileIsToldAsOneObjectWithJson) {
  const std::vector<std::string> how{"--prove", "--json", "--out", "b"};
  for (std::vector<std::string> asked : {std::vector<std::string>{"status", "city", "@child.txt"},
                                         {"balance", "city", "330199001"},
                                         {"roster", "city", "330199001"},
                                         {"ask", "city", "coverage", "person=@child.txt"}}) {
    asked.insert(asked.end(), how.begin(), how.end());
    const auto made = shell_.run(asked);
    ASSERT_EQ(made.exit, 0) << made.told();
    const auto told = object_of(made.out);
    EXPECT_EQ(told.at("file"), "b");
    EXPECT_EQ(told.at("events"), object_of(shell_.read("b")).at("events").as_array().size());
  }
}

TEST_F(Proofs, ABundleWithoutAKeySaysWhomItTrusts) {
  ASSERT_EQ(shell_.run({"status", "city", "@child.txt", "--prove", "--out", "b"}).exit, 0);
  const auto verified = verify_elsewhere({"b"});
  EXPECT_EQ(verified.exit, 0) << verified.told();
  EXPECT_TRUE(holds(verified.err, key_)) << verified.err;
  EXPECT_EQ(verify_elsewhere({"b", "--key", "nonsense"}).exit, 2);
  const auto other = ledger::NoteVerifier{"test.invalid", {1, 2, 3}}.to_text();
  const auto refused = verify_elsewhere({"b", "--key", other});
  EXPECT_EQ(refused.exit, 4);
  EXPECT_TRUE(holds(refused.err, "BUNDLE_CHECKPOINT")) << refused.err;
}

TEST_F(Proofs, AChangedBundleOrAnotherFileIsNotVerified) {
  ASSERT_EQ(shell_.run({"import", "city", "premiums.csv"}).exit, 0);
  ASSERT_EQ(
      shell_.run({"status", "city", "@child.txt", "--on", "2021-06-01", "--prove", "--out", "b"})
          .exit,
      0);
  auto text = shell_.read("b");
  const auto at = text.find("\"paidOn\":\"2021-01-10\"");
  ASSERT_NE(at, std::string::npos);
  text[at + 19] = '1';
  shell_.write("b", text);
  const auto changed = verify_elsewhere({"b"});
  EXPECT_EQ(changed.exit, 4) << changed.told();
  EXPECT_TRUE(holds(changed.err, "BUNDLE_ANSWER")) << changed.err;
  shell_.write("letter", "dear office\n");
  const auto letter = verify_elsewhere({"letter", "--json"});
  EXPECT_EQ(letter.exit, 4);
  EXPECT_FALSE(object_of(letter.out).at("verified").as_bool());
}

TEST_F(Proofs, AnIdentityIsOpenedForOnePersonAndComparedWithItsRegistration) {
  ASSERT_EQ(shell_.run({"status", "city", "@child.txt", "--prove", "--open", "--out", "b"}).exit,
            0);
  const auto verified = verify_elsewhere({"b", "--key", key_});
  EXPECT_EQ(verified.exit, 0) << verified.told();
  EXPECT_TRUE(holds(verified.out, "林知夏 " + office_.child)) << verified.out;
  shell_.write("sister.txt", office_.sister + "\n");
  ASSERT_EQ(shell_.run({"status", "city", "@sister.txt", "--prove", "--open", "--out", "s"}).exit,
            0);
  // The child's status under the sister's name.
  const auto identity_of = [](const std::string& bundle) {
    const auto at = bundle.find("\"identity\":[");
    return bundle.substr(at, bundle.find(']', at) - at);
  };
  auto forged = shell_.read("b");
  const auto own = identity_of(forged), others = identity_of(shell_.read("s"));
  ASSERT_NE(own, others);
  forged.replace(forged.find(own), own.size(), others);
  shell_.write("b", forged);
  const auto refused = verify_elsewhere({"b", "--key", key_});
  EXPECT_EQ(refused.exit, 4);
  EXPECT_TRUE(holds(refused.err, "BUNDLE_IDENTITY")) << refused.err;
  EXPECT_EQ(shell_.run({"balance", "city", "330199001", "--prove", "--open"}).exit, 3);
  EXPECT_EQ(shell_.run({"status", "city", "@child.txt", "--open"}).exit, 2);
}

TEST_F(Proofs, UnitsProveTheirBalanceAndRoster) {
  for (const auto* command : {"balance", "roster"}) {
    const auto made = shell_.run({command, "city", "330199001", "--prove", "--out", "b"});
    ASSERT_EQ(made.exit, 0) << made.told();
    const auto verified = verify_elsewhere({"b", "--key", key_});
    EXPECT_EQ(verified.exit, 0) << verified.told();
  }
}

TEST_F(Proofs, QuestionsAboutEveryoneHaveNoBundle) {
  const auto size = office_.tree_size();
  const auto refused = shell_.run({"ask", "city", "migration", "--prove"});
  EXPECT_EQ(office_.tree_size(), size) << "what is refused records nothing";
  EXPECT_EQ(refused.exit, 3);
  EXPECT_TRUE(holds(refused.err, "BUNDLE_EVERYONE")) << refused.err;
  EXPECT_EQ(shell_.run({"ask", "city", "migration", "person=@child.txt", "--prove"}).exit, 0);
  const auto nowhere =
      shell_.run({"status", "city", "@child.txt", "--prove", "--out", "no/such/place"});
  EXPECT_EQ(nowhere.exit, 3) << nowhere.told();
}

TEST_F(Proofs, AReceiptProvesTheLastEventOfItsSubmission) {
  const auto imported = object_of(shell_.run({"import", "city", "premiums.csv", "--json"}).out);
  const auto& receipt = imported.at("receipts").as_array().at(0).as_object();
  const auto proof = ledger::read_inclusion_proof(text(receipt, "proof"));
  ASSERT_TRUE(proof.has_value()) << text(receipt, "proof");
  EXPECT_EQ(proof->checkpoint, text(receipt, "checkpoint"));
  EXPECT_EQ(proof->index.value, number(receipt, "firstSequence") + number(receipt, "count") - 1);
  const auto history = objects_of(shell_.run({"history", "city", "@child.txt", "--json"}).out);
  const auto event = std::ranges::find_if(
      history, [&](const auto& one) { return number(one, "sequence") == proof->index.value; });
  ASSERT_NE(event, history.end());
  ledger::Hash leaf;
  ASSERT_TRUE(ledger::from_hex(text(*event, "leafHash"), leaf.bytes));
  EXPECT_TRUE(ledger::is_proven(*proof, leaf, *ledger::read_verifier(key_)));
  leaf.bytes[0] ^= 1;
  EXPECT_FALSE(ledger::is_proven(*proof, leaf, *ledger::read_verifier(key_)));
}

TEST_F(Proofs, TheLogIsPublishedAndPublishedFurther) {
  const auto first = shell_.run({"publish", "city", "log", "--json"});
  ASSERT_EQ(first.exit, 0) << first.told();
  const auto size = number(object_of(first.out), "size");
  EXPECT_EQ(number(object_of(first.out), "added"), size);
  EXPECT_EQ(shell_.read("log/checkpoint"), shell_.run({"checkpoint", "city"}).out);
  ASSERT_EQ(shell_.run({"import", "city", "premiums.csv"}).exit, 0);
  const auto second = object_of(shell_.run({"publish", "city", "log", "--json"}).out);
  EXPECT_EQ(number(second, "added"), number(second, "size") - size);
  EXPECT_EQ(number(object_of(shell_.run({"publish", "city", "log", "--json"}).out), "added"), 0U);
  std::filesystem::create_directory(shell_.path("other"));
  shell_.write("other/letter", "dear office\n");
  EXPECT_EQ(shell_.run({"publish", "city", "other"}).exit, 3);
}

TEST_F(Proofs, VerifyComparesWhatLiesBesideTheLog) {
  ASSERT_EQ(shell_.run({"checkpoint", "city"}).exit, 0);
  const auto whole = object_of(shell_.run({"verify", "city", "--json"}).out);
  EXPECT_TRUE(whole.at("verified").as_bool());
  EXPECT_EQ(number(whole, "subjectMaps"), 1U);
  EXPECT_EQ(number(whole, "persons"), 3U);
  {
    ledger::Intruder intruder(shell_.path("city/projections"));
    const auto keys = intruder.keys(0);
    const auto of_a_unit =
        std::ranges::find_if(keys, [](const std::string& key) { return key.starts_with("f\x02"); });
    ASSERT_NE(of_a_unit, keys.end());
    auto row = intruder.get(0, *of_a_unit);
    row.back() = static_cast<char>(row.back() ^ 1);
    intruder.put(0, *of_a_unit, row);
  }
  const auto log = object_of(shell_.run({"verify", "city", "--log-only", "--json"}).out);
  EXPECT_TRUE(log.at("verified").as_bool());
  EXPECT_EQ(log.if_contains("persons"), nullptr);
  const auto found = shell_.run({"verify", "city"});
  EXPECT_EQ(found.exit, 4) << found.told();
  EXPECT_TRUE(holds(found.err, "of subject")) << found.err;
  EXPECT_TRUE(holds(found.err, "kinledger rebuild")) << found.err;
  EXPECT_EQ(shell_.run({"rebuild", "city"}).exit, 0);
  EXPECT_EQ(shell_.run({"verify", "city"}).exit, 0);
}

}  // namespace
}  // namespace kinledger::tools
