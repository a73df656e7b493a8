// The policy file: what it says is counted, what it cannot say is refused by line.
#include "ledger/witness_policy.h"

#include <gtest/gtest.h>

#include "tests/ledger/growing_log.h"

namespace kinledger::ledger {
namespace {

std::string log_key(std::uint8_t number = 100) {
  return NoteVerifier{"log.example", ed25519_public_key(seed_of(number))}.to_text();
}

std::string witness_key(std::uint8_t number) {
  return WitnessVerifier{"w" + std::to_string(number), ed25519_public_key(seed_of(number))}
      .to_text();
}

std::string witness_lines(std::uint8_t count) {
  std::string lines;
  for (std::uint8_t i = 1; i <= count; ++i)
    lines += "witness " + std::string(1, static_cast<char>('a' + i - 1)) + " " + witness_key(i) +
             " http://127.0.0.1:" + std::to_string(8000 + i) + "\n";
  return lines;
}

SignedNote note_cosigned_by(std::initializer_list<std::uint8_t> witnesses) {
  SignedNote note{"log.example\n1\nAAAA\n", {}};
  note.signatures.push_back(sign_note(note.text, "log.example", seed_of(100)));
  for (const auto number : witnesses)
    note.signatures.push_back(
        cosign_note(note.text, "w" + std::to_string(number), seed_of(number), {1'790'000'000}));
  return note;
}

/// "ROW CODE" of each refusal.
std::vector<std::string> refusals_of(const std::string& text) {
  std::vector<std::string> found;
  const auto read = WitnessPolicy::read(text);
  if (read) return found;
  for (const auto& refusal : read.error()) {
    EXPECT_FALSE(refusal.reason.zh.empty());
    EXPECT_FALSE(refusal.reason.en.empty());
    found.push_back(std::to_string(refusal.row) + " " + refusal.reason.code);
  }
  return found;
}

using Found = std::vector<std::string>;

TEST(WitnessPolicy, CountsTwoOfThree) {
  const auto policy = WitnessPolicy::read("# offices\n\n \tlog  " + log_key() + "\n" +
                                          witness_lines(3) + "group g 2 a b c\nquorum g\n")
                          .value();
  EXPECT_EQ(policy.logs().size(), 1U);
  ASSERT_EQ(policy.witnesses().size(), 3U);
  EXPECT_EQ(policy.witnesses()[2].url, "http://127.0.0.1:8003");
  EXPECT_TRUE(policy.names_log(read_verifier(log_key()).value()));
  EXPECT_FALSE(policy.names_log(read_verifier(log_key(101)).value()));
  EXPECT_FALSE(policy.quorum(note_cosigned_by({})).is_reached());
  EXPECT_FALSE(policy.quorum(note_cosigned_by({2})).is_reached());
  EXPECT_FALSE(policy.quorum(note_cosigned_by({2, 2, 2})).is_reached()) << "one counts once";
  EXPECT_FALSE(policy.quorum(note_cosigned_by({2, 4, 5})).is_reached()) << "strangers";
  const auto quorum = policy.quorum(note_cosigned_by({3, 1}));
  EXPECT_TRUE(quorum.is_reached());
  EXPECT_EQ(quorum.has, 2U);
  EXPECT_EQ(quorum.needs, 2U);
  const auto times = policy.cosigned(note_cosigned_by({3, 1}));
  EXPECT_TRUE(times[0] && !times[1] && times[2]);
}

TEST(WitnessPolicy, CountsWhatWasCosignedInTime) {
  const auto policy = WitnessPolicy::read(witness_lines(3) + "group g 2 a b c\nquorum g\n").value();
  const auto note = note_cosigned_by({3, 1});
  const std::uint64_t at = 1'790'000'000;
  const auto counted = [&](std::uint64_t now, std::uint64_t age_seconds_max = UINT64_MAX) {
    return policy.quorum(note, CosignedWindow::at({now}, age_seconds_max)).has;
  };
  EXPECT_EQ(counted(at), 2U);
  EXPECT_EQ(counted(at + 60, 60), 2U);
  EXPECT_EQ(counted(at + 61, 60), 0U) << "too old";
  EXPECT_EQ(counted(at + 1'000'000'000), 2U) << "of any age";
  EXPECT_EQ(counted(at - 300), 2U) << "clocks differ";
  EXPECT_EQ(counted(at - 301), 0U) << "of a time that has not come";
  EXPECT_EQ(counted(UINT64_MAX, 1), 0U);
  EXPECT_EQ(counted(1), 0U);
}

TEST(WitnessPolicy, CountsGroupsOfGroups) {
  const auto policy =
      WitnessPolicy::read(witness_lines(5) +
                          "group x 2 a b c\ngroup y any d e\ngroup both all x y\nquorum both\n")
          .value();
  EXPECT_TRUE(policy.quorum(note_cosigned_by({1, 3, 5})).is_reached());
  const auto without_y = policy.quorum(note_cosigned_by({1, 2, 3}));
  EXPECT_FALSE(without_y.is_reached());
  EXPECT_EQ(without_y.has, 1U);
  EXPECT_EQ(without_y.needs, 2U);
  EXPECT_FALSE(policy.quorum(note_cosigned_by({1, 4, 5})).is_reached());
}

TEST(WitnessPolicy, CountsOneWitnessOrNone) {
  const auto one = WitnessPolicy::read(witness_lines(2) + "quorum b\n").value();
  EXPECT_FALSE(one.quorum(note_cosigned_by({1})).is_reached());
  EXPECT_TRUE(one.quorum(note_cosigned_by({2})).is_reached());
  EXPECT_TRUE(
      WitnessPolicy::read("quorum none\n").value().quorum(note_cosigned_by({})).is_reached());
}

TEST(WitnessPolicy, RefusesEveryLineThatCannotBeMeant) {
  EXPECT_EQ(refusals_of(""), Found{"0 POLICY_QUORUM"});
  EXPECT_EQ(refusals_of("quorum none"), Found{"1 POLICY_CUT_OFF"});
  EXPECT_EQ(refusals_of("quorum none\r\n"), Found{"1 POLICY_CHARACTERS"});
  EXPECT_EQ(refusals_of("quorum \xff\n"), Found{"1 POLICY_CHARACTERS"}) << "it would be repeated";
  EXPECT_EQ(refusals_of("quorum none\nquorum none\n"), Found{"2 POLICY_QUORUM"});
  EXPECT_EQ(refusals_of("quorum g\n"), Found{"1 POLICY_NAME_UNKNOWN"});
  EXPECT_EQ(refusals_of("quorum\n"), Found{"1 POLICY_LINE"});
  EXPECT_EQ(refusals_of("Quorum none\n"), Found{"1 POLICY_LINE"});
  EXPECT_EQ(refusals_of("log x\nlog\nquorum none\n"), (Found{"1 POLICY_KEY", "2 POLICY_LINE"}));
  EXPECT_EQ(refusals_of("log " + witness_key(1) + "\nquorum none\n"), Found{"1 POLICY_KEY"});
  EXPECT_EQ(refusals_of("log " + log_key() + "\nlog " + log_key() + " u\nquorum none\n"),
            Found{"2 POLICY_KEY_TWICE"});
  EXPECT_EQ(refusals_of("witness a " + log_key() + "\nquorum none\n"), Found{"1 POLICY_KEY"});
  EXPECT_EQ(refusals_of("witness none " + witness_key(1) + "\nquorum none\n"),
            Found{"1 POLICY_NAME_TAKEN"});
  EXPECT_EQ(refusals_of(witness_lines(1) + "witness b " + witness_key(1) + "\nquorum none\n"),
            Found{"2 POLICY_KEY_TWICE"});
  EXPECT_EQ(refusals_of(witness_lines(1) + "witness a " + witness_key(2) + "\nquorum none\n"),
            Found{"2 POLICY_NAME_TAKEN"});
  const auto own = WitnessVerifier{"w", ed25519_public_key(seed_of(100))}.to_text();
  EXPECT_EQ(refusals_of("log " + log_key() + "\nwitness a " + own + "\nquorum none\n"),
            Found{"2 POLICY_KEY_TWICE"})
      << "a log is no witness of itself";
  EXPECT_EQ(refusals_of(std::string(policy_bytes_max + 1, '#')), Found{"0 FILE_TOO_LARGE"});
}

TEST(WitnessPolicy, RefusesGroupsThatCannotBeCounted) {
  const auto of = [](const std::string& lines) { return refusals_of(witness_lines(3) + lines); };
  for (const auto* threshold : {"0", "4", "01", "+1", "-1", "most", "18446744073709551617"})
    EXPECT_EQ(of("group g " + std::string(threshold) + " a b c\nquorum none\n"),
              Found{"4 POLICY_THRESHOLD"})
        << threshold;
  EXPECT_EQ(of("group g any\nquorum none\n"), Found{"4 POLICY_LINE"});
  EXPECT_EQ(of("group g any a d\nquorum none\n"), Found{"4 POLICY_NAME_UNKNOWN"});
  EXPECT_EQ(of("group g any g\nquorum none\n"), Found{"4 POLICY_NAME_UNKNOWN"});
  EXPECT_EQ(of("group g any none\nquorum none\n"), Found{"4 POLICY_NAME_UNKNOWN"});
  EXPECT_EQ(of("group g any a a\nquorum none\n"), Found{"4 POLICY_MEMBER_TWICE"});
  EXPECT_EQ(of("group g any a\ngroup h all b a\nquorum none\n"), Found{"5 POLICY_MEMBER_TWICE"});
  EXPECT_EQ(of("group a any b\nquorum none\n"), Found{"4 POLICY_NAME_TAKEN"});
}

TEST(WitnessPolicy, HasLimits) {
  std::string lines;
  for (std::uint8_t i = 1; i <= policy_parties_max; ++i)
    lines += "witness n" + std::to_string(i) + " " + witness_key(i) + "\n";
  EXPECT_EQ(refusals_of(lines + "quorum none\n"), Found{});
  EXPECT_EQ(refusals_of(lines + "witness more " + witness_key(99) + "\nquorum none\n"),
            Found{"33 POLICY_TOO_MANY"});
}

}  // namespace
}  // namespace kinledger::ledger
