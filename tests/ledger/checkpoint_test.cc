// Checkpoints in the formats of C2SP, by worked examples: seeds are tests 1 and 2 of RFC 8032,
// leaves are "record 0" to "record 299".
#include "ledger/checkpoint.h"

#include "ledger/cosignature.h"
#include "ledger/key_file.h"
#include "ledger/log_signer.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/ledger/proven.h"
#include "tests/ledger/worked_example.h"

namespace kinledger::ledger {
namespace {

constexpr std::string_view origin = "kinledger.example/330100";
constexpr std::string_view verifier_text =
    "kinledger.example/330100+55556e00+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
constexpr std::string_view checkpoint_of_300 =
    "kinledger.example/330100\n300\ngw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=\n";

Key256 log_seed() {
  std::array<std::uint8_t, 32> bytes{};
  invariant(from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", bytes));
  return Key256(bytes);
}

TEST(Checkpoint, IsThatOfTheWorkedExample) {
  TreeEdge edge;
  const auto leaves = example_leaves(300);
  edge.append(leaves);
  const Checkpoint checkpoint{std::string(origin), edge.head()};
  EXPECT_EQ(checkpoint.to_text(), checkpoint_of_300);
  const auto note = read_note(note_of_300);
  ASSERT_TRUE(note.has_value());
  EXPECT_EQ(note->text, checkpoint_of_300);
  EXPECT_EQ(note->to_text(), note_of_300);
  const auto made = sign_note(note->text, std::string(origin), log_seed());
  EXPECT_EQ(made.bytes, note->signatures.front().bytes);
  EXPECT_EQ(made.key_id, 0x55556e00U);
  const auto verifier = read_verifier(verifier_text);
  ASSERT_TRUE(verifier.has_value());
  EXPECT_EQ(verifier->to_text(), verifier_text);
  EXPECT_TRUE(is_signed_by(*note, *verifier)) << "the witness's line is left alone";
}

TEST(Checkpoint, WithAnyOneBitChangedIsRefusedOrNotSigned) {
  const auto verifier = read_verifier(verifier_text).value();
  const auto signed_by_us = note_of_300.substr(0, note_of_300.rfind("— witness"));
  for (std::size_t byte = 0; byte < signed_by_us.size(); ++byte)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed(signed_by_us);
      changed[byte] = static_cast<char>(changed[byte] ^ 1 << bit);
      const auto note = read_note(changed);
      EXPECT_FALSE(note && is_signed_by(*note, verifier)) << "byte " << byte << " bit " << bit;
    }
}

TEST(Checkpoint, IsReadInOneSpellingOnly) {
  EXPECT_TRUE(read_checkpoint(checkpoint_of_300).has_value());
  const std::string root = "gw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=\n";
  for (const auto& text : std::vector<std::string>{
           "", "a\n", "a\n1\n", "\n1\n" + root, "a\n01\n" + root, "a\n+1\n" + root,
           "a\n-1\n" + root, "a\n1 \n" + root, "a\n9223372036854775808\n" + root,
           "a\n1\n" + root + "extension\n", "a\n1\n" + root.substr(0, 44), "a\n1\n\n",
           "a\n1\ngw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uV=\n",
           "a\n1\ngw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62g==\n"})
    EXPECT_FALSE(read_checkpoint(text).has_value()) << text;
  EXPECT_TRUE(read_checkpoint("a\n9223372036854775807\n" + root).has_value());
}

TEST(Note, NeedsItsFormToTheLetter) {
  const std::string line(note_of_300.substr(note_of_300.find("— kin")));
  EXPECT_TRUE(read_note("text\n\n" + line).has_value());
  for (const auto& text : std::vector<std::string>{
           "", "\n", "text\n", "text\n\n", "text\n" + line, "text\n\n" + line + "\n",
           "text\n\n" + line.substr(0, line.size() - 1), "te\txt\n\n" + line, "te\rxt\n\n" + line,
           "text\n\n- kinledger.example/330100 VVVuAA==\n",
           "text\n\n—  kinledger.example/330100 VVVuAITD\n", "text\n\n— a+b VVVuAITD\n",
           "text\n\n— kinledger.example/330100 VVVuAA==\n",
           "text\n\n— kinledger.example/330100 VVVuAITDj\n", "te\xff\n\n" + line})
    EXPECT_FALSE(read_note(text).has_value()) << text;
}

TEST(Note, OfAVerifierIsReadInOneSpellingOnly) {
  for (const std::string_view text :
       {"", "a", "a+b", "a+55556e00+", "+55556e00+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
        "kinledger.example/330100+55556e01+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
        "witness.example/audit-office+fbc88e04+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"})
    EXPECT_FALSE(read_verifier(text).has_value()) << text;
}

TEST(InclusionProof, ShowsThatALeafIsInTheSignedTree) {
  const auto leaves = example_leaves(300);
  const auto verifier = read_verifier(verifier_text).value();
  const auto hashes = prove_inclusion({256}, {300}, reader_of(leaves)).value();
  const InclusionProof proof{{256}, hashes, std::string(note_of_300)};
  const auto read = read_inclusion_proof(proof.to_text());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->to_text(), proof.to_text());
  EXPECT_TRUE(is_proven(*read, leaves[256], verifier));
  EXPECT_FALSE(is_proven(*read, leaves[255], verifier));
  const auto text = proof.to_text();
  const auto of_us = text.substr(0, text.rfind("— witness"));
  for (std::size_t byte = 0; byte < of_us.size(); ++byte) {
    auto changed = of_us;
    changed[byte] = static_cast<char>(changed[byte] ^ 1);
    const auto other = read_inclusion_proof(changed);
    EXPECT_FALSE(other && is_proven(*other, leaves[256], verifier)) << byte;
  }
}

class LogTest : public LedgerTest {};

TEST_F(LogTest, EveryEventIsProvenInWhatTheLedgerSigned) {
  create();
  for (int i = 0; i < 20; ++i)
    recorded("unit " + std::to_string(i), {unit_recorded("U" + std::to_string(i))});
  const auto verifier = ledger_->verifier().value();
  EXPECT_EQ(verifier.name, LedgerTest::origin);
  for (std::uint64_t i = 0; i < ledger_->durable().size.value; ++i) {
    const auto located = ledger_->journal().locate({i}).value();
    const auto proof = ledger_->prove({i}).value();
    EXPECT_TRUE(is_proven(proof, leaf_hash(located.event({i})), verifier)) << i;
  }
  EXPECT_FALSE(ledger_->prove(Sequence{ledger_->durable().size.value}).has_value());
}

TEST_F(LogTest, TheSameTreeIsSignedOnceAndALargerOneContinuesIt) {
  create();
  const auto first = ledger_->checkpoint().value();
  EXPECT_EQ(ledger_->checkpoint().value().note, first.note);
  recorded("unit", {unit_recorded("U1")});
  const auto second = ledger_->checkpoint().value();
  EXPECT_EQ(second.head, ledger_->durable());
  reopen();
  EXPECT_EQ(ledger_->checkpoint().value().note, second.note);
}

// Journal and mark of one older moment open, but nothing is signed that contradicts what was.
TEST_F(LogTest, SignsNothingAfterAnOlderBackupWasRestored) {
  create();
  (void)ledger_->checkpoint().value();
  ledger_.reset();
  const auto saved = directory_.path() / "saved";
  std::filesystem::copy(directory_.path() / "ledger", saved,
                        std::filesystem::copy_options::recursive);
  std::filesystem::copy(directory_.path() / "ledger.state" / "mark", directory_.path() / "mark");
  ledger_ = Ledger::open(options(), random_).value();
  recorded("unit", {unit_recorded("U1")});
  (void)ledger_->checkpoint().value();
  const auto restore = [&] {
    ledger_.reset();
    std::filesystem::remove_all(directory_.path() / "ledger");
    std::filesystem::copy(saved, directory_.path() / "ledger",
                          std::filesystem::copy_options::recursive);
    std::filesystem::copy(directory_.path() / "mark", directory_.path() / "ledger.state" / "mark",
                          std::filesystem::copy_options::overwrite_existing);
    ledger_ = Ledger::open(options(), random_).value();
  };
  restore();
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt) << "fewer events";
  recorded("other", {unit_recorded("U2")});
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt) << "as many, another one";
  recorded("more", {unit_recorded("U3")});
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt) << "more, and not those";
}

// The last checkpoint may be lost with an older backup of the state directory; what witnesses
// cosigned counts as much.
TEST_F(LogTest, SignsNothingThatDoesNotContinueWhatWitnessesCosigned) {
  create();
  const Paths paths(options().directory, options().state);
  recorded("unit", {unit_recorded("U1")});
  auto note = read_note(ledger_->checkpoint().value().note).value();
  note.signatures.push_back(cosign_note(note.text, "witness.example", log_seed(), {1'790'000'000}));
  ASSERT_TRUE(keep_cosigned(paths, note));
  EXPECT_EQ(read_cosigned(paths).value()->to_text(), note.to_text());
  std::filesystem::remove(paths.checkpoint());
  EXPECT_EQ(ledger_->checkpoint().value().note, note.to_text())
      << "the same bytes again, and what witnesses added";
  note.signatures.pop_back();

  const auto larger = read_note(std::string(checkpoint_of_300) + "\n" +
                                std::string(note_of_300.substr(note_of_300.find("— "))))
                          .value();
  ASSERT_TRUE(keep_cosigned(paths, larger));
  ASSERT_TRUE(keep_cosigned(paths, note));
  EXPECT_EQ(read_cosigned(paths).value()->text, larger.text) << "the largest is kept";
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt) << "of another log";

  // Of this log, and larger than the ledger.
  std::filesystem::remove(paths.cosigned());
  const auto key = read_key_file(paths.signing_key()).value();
  SignedNote ahead{Checkpoint{LedgerTest::origin, {{99}, Hash{}}}.to_text(), {}};
  ahead.signatures.push_back(sign_note(ahead.text, LedgerTest::origin, key));
  ASSERT_TRUE(keep_cosigned(paths, ahead));
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt);
  EXPECT_NE(ledger_->checkpoint().error().what.find("99 events"), std::string::npos);
}

TEST_F(LogTest, ADamagedLastCheckpointIsNotSignedOver) {
  create();
  (void)ledger_->checkpoint().value();
  const auto file = directory_.path() / "ledger.state" / "checkpoint";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 2);
  EXPECT_EQ(ledger_->checkpoint().error().failure, Failure::corrupt);
}

}  // namespace
}  // namespace kinledger::ledger
