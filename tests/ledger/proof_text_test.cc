// That no bit of a signed checkpoint or of a proof file can be changed and still be believed; and
// the forms that are refused.
#include <algorithm>
#include <functional>

#include "ledger/consistency_proof.h"
#include "ledger/cosignature.h"
#include "ledger/log_key.h"
#include "tests/ledger/golden.h"
#include "tests/ledger/proven.h"
#include "tests/ledger/worked_example.h"

namespace kinledger::ledger {
namespace {

/// Whoever reads a file: true when he believes it.
using Reader = std::function<bool(const std::string& text)>;

std::size_t believed_with_one_bit_changed(const std::string& text, const Reader& believes) {
  EXPECT_TRUE(believes(text)) << text;
  std::size_t believed = 0;
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    auto changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    if (!believes(changed)) continue;
    ADD_FAILURE() << "byte " << bit / 8 << " bit " << bit % 8;
    ++believed;
  }
  return believed;
}

/// The log of the worked examples: 300 leaves, a witness, an SM2 key.
class ProofText : public testing::Test {
 protected:
  TreeHead head(std::size_t size) const {
    TreeEdge edge;
    edge.append(std::span(leaves_).first(size));
    return edge.head();
  }
  HashReader reader() const { return reader_of(leaves_); }
  std::string proof_from(std::uint64_t size) const {
    return ConsistencyProof{
        {size}, prove_consistency({size}, {300}, reader()).value(), signed_once()}
        .to_text();
  }

  std::string signed_three_times() const { return log_.text("/checkpoint_300_with_sm2"); }
  std::string signed_once() const { return with_lines({0}); }
  std::string with_lines(const std::vector<std::size_t>& lines) const {
    auto note = read_note(signed_three_times()).value();
    std::vector<NoteSignature> kept;
    for (const auto line : lines) kept.push_back(note.signatures[line]);
    note.signatures = std::move(kept);
    return note.to_text();
  }

  const Golden log_{"log.json"};
  const LogKey ed25519_{read_verifier(log_.text("/log/vkey")).value()};
  const LogKey sm2_{read_sm2_verifier(log_.text("/sm2/vkey")).value()};
  const WitnessVerifier witness_{read_witness_verifier(log_.text("/log/witness_vkey")).value()};
  const std::vector<Hash> leaves_ = example_leaves(300);
};

TEST_F(ProofText, OfACheckpointWithOneLineHoldsEveryBit) {
  const std::vector<LogKey> ed25519{ed25519_}, sm2{sm2_};
  EXPECT_EQ(
      believed_with_one_bit_changed(
          with_lines({0}),
          [&](const auto& text) { return read_signed_checkpoint(text, ed25519).has_value(); }),
      0U);
  EXPECT_EQ(believed_with_one_bit_changed(
                with_lines({2}),
                [&](const auto& text) { return read_signed_checkpoint(text, sm2).has_value(); }),
            0U);
}

TEST_F(ProofText, OfACheckpointWithTwoLinesHoldsEveryBit) {
  const std::vector<LogKey> keys{ed25519_, sm2_};
  EXPECT_EQ(believed_with_one_bit_changed(
                with_lines({0, 2}),
                [&](const auto& text) { return read_signed_checkpoint(text, keys).has_value(); }),
            0U);
}

TEST_F(ProofText, OfACheckpointWithThreeLinesHoldsEveryBit) {
  const std::vector<LogKey> keys{ed25519_, sm2_};
  EXPECT_EQ(believed_with_one_bit_changed(signed_three_times(),
                                          [&](const auto& text) {
                                            const auto note = read_note(text);
                                            return note && cosigned_at(*note, witness_) &&
                                                   read_signed_checkpoint(text, keys);
                                          }),
            0U);
}

// Who knows one key of three passes over the lines of the others. A bit of those may change: the
// line is then nobody's, or does not verify, and what is believed is the same as before.
TEST_F(ProofText, OfLinesThatAreNotKnownSaysNothing) {
  const std::vector<LogKey> known{ed25519_};
  const auto text = signed_three_times();
  const auto good = read_note(text).value();
  const auto own_end = with_lines({0}).size();
  std::size_t passed_over = 0;
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    auto changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    const auto checkpoint = read_signed_checkpoint(changed, known);
    if (!checkpoint) continue;
    ++passed_over;
    ASSERT_GE(bit / 8, own_end) << "a bit of what the key signed";
    EXPECT_EQ(checkpoint->head, head(300));
    const auto note = read_note(changed).value();
    EXPECT_EQ(note.text, good.text);
    EXPECT_EQ(note.to_text(), changed);
    EXPECT_FALSE(cosigned_at(note, witness_) && is_signed_by(note, sm2_)) << bit;
  }
  EXPECT_GT(passed_over, 0U);
}

TEST_F(ProofText, OfAnInclusionProofHoldsEveryBit) {
  const std::vector<LogKey> keys{ed25519_};
  for (const std::uint64_t index : {0, 256, 299}) {
    const InclusionProof proof{
        {index}, prove_inclusion({index}, {300}, reader()).value(), signed_once()};
    EXPECT_EQ(believed_with_one_bit_changed(
                  proof.to_text(),
                  [&](const auto& text) {
                    const auto read = read_inclusion_proof(text);
                    if (!read) return false;
                    const auto checkpoint = read_signed_checkpoint(read->checkpoint, keys);
                    return checkpoint && verify_inclusion(read->index, leaves_[index], read->hashes,
                                                          checkpoint->head);
                  }),
              0U);
  }
}

TEST_F(ProofText, OfAConsistencyProofHoldsEveryBit) {
  const std::vector<LogKey> keys{ed25519_};
  for (const std::uint64_t size : {1, 118, 256, 300}) {
    const auto old = head(size);
    EXPECT_EQ(believed_with_one_bit_changed(
                  proof_from(size),
                  [&](const auto& text) {
                    const auto read = read_consistency_proof(text);
                    if (!read) return false;
                    const auto checkpoint = read_signed_checkpoint(read->checkpoint, keys);
                    return checkpoint && continues(*read, old, checkpoint->head);
                  }),
              0U);
  }
}

TEST_F(ProofText, OfTheWorkedExamplesIsReadAndWrittenAgain) {
  const auto log = std::get<NoteVerifier>(ed25519_);
  const auto plain = log_.text("/tlog_proof_index_256");
  const auto proof = read_inclusion_proof(plain);
  ASSERT_TRUE(proof.has_value());
  EXPECT_TRUE(proof->extra.empty());
  EXPECT_EQ(proof->to_text(), plain);
  EXPECT_TRUE(is_proven(*proof, leaves_[256], log));
  const auto extra = log_.text("/tlog_proof_index_0_with_extra");
  const auto with_extra = read_inclusion_proof(extra);
  ASSERT_TRUE(with_extra.has_value());
  EXPECT_EQ(as_text(with_extra->extra), "kinledger extra");
  EXPECT_EQ(with_extra->to_text(), extra);
  EXPECT_TRUE(is_proven(*with_extra, leaves_[0], log));
}

// Nothing proves the extra data. What the proof shows must not change with it.
TEST_F(ProofText, OfExtraDataChangesNothingElse) {
  const auto log = std::get<NoteVerifier>(ed25519_);
  const auto text = log_.text("/tlog_proof_index_0_with_extra");
  const auto good = read_inclusion_proof(text).value();
  const auto begin = text.find("extra ") + 6;
  const auto end = text.find('\n', begin);
  std::size_t accepted = 0;
  for (std::size_t bit = 0; bit < text.rfind("— witness") * 8; ++bit) {
    auto changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    auto read = read_inclusion_proof(changed);
    if (!read || !is_proven(*read, leaves_[0], log)) continue;
    ++accepted;
    EXPECT_EQ(read->to_text(), changed);
    EXPECT_TRUE(bit / 8 >= begin && bit / 8 < end) << bit;
    EXPECT_NE(read->extra, good.extra);
    read->extra = good.extra;
    EXPECT_EQ(read->to_text(), text);
  }
  EXPECT_GT(accepted, 0U) << "other extra data is a proof too";
}

TEST_F(ProofText, OfExtraDataIsOneLineInItsPlace) {
  const auto text = log_.text("/tlog_proof_index_0_with_extra");
  const auto line = text.substr(text.find("extra "), text.find("index ") - text.find("extra "));
  const auto with = [&](const std::string& other) {
    auto changed = text;
    changed.replace(changed.find(line), line.size(), other);
    return read_inclusion_proof(changed).has_value();
  };
  EXPECT_TRUE(with(line));
  EXPECT_TRUE(with(""));
  for (const std::string other :
       {"extra \n", "extra\n", "extra  a2lu\n", "extra a2lu \n", "extra a2l\n", "extra a2lu\r\n",
        "Extra a2lu\n", " extra a2lu\n", "extra a2lv=\n", "extra a2k=\nextra a2k=\n", "\n",
        "extra a2l=\n"})
    EXPECT_FALSE(with(other)) << other;
  const auto index = text.find("index 0\n");
  auto behind = text;
  behind.replace(index - line.size(), line.size() + 8, "index 0\n" + line);
  EXPECT_FALSE(read_inclusion_proof(behind).has_value());
  InclusionProof longest = read_inclusion_proof(text).value();
  longest.extra.assign(proof_extra_bytes_max, 'x');
  EXPECT_TRUE(read_inclusion_proof(longest.to_text()).has_value());
  longest.extra.push_back('x');
  EXPECT_FALSE(read_inclusion_proof(longest.to_text()).has_value());
}

TEST_F(ProofText, OfAConsistencyProofIsReadInOneSpellingOnly) {
  const auto text = proof_from(118);
  const auto good = read_consistency_proof(text);
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(good->to_text(), text);
  const std::string header(consistency_proof_header);
  const auto body = text.substr(header.size() + 8);  // behind "old 118\n"
  const auto first = body.substr(0, 45);
  for (const auto& other : std::vector<std::string>{
           "",
           header,
           header + "old 118\n",
           "old 118\n" + body,
           header + body,
           header + "old 0118\n" + body,
           header + "old +118\n" + body,
           header + "old -118\n" + body,
           header + "old 118 \n" + body,
           header + "old  118\n" + body,
           header + "old 0\n" + body,
           header + "old \n" + body,
           header + "old 9223372036854775808\n" + body,
           header + "index 118\n" + body,
           header + "extra a2lu\nold 118\n" + body,
           header + "\nold 118\n" + body,
           header + "old 118\n" + first + body.substr(body.find("\n\n") + 1) + "\n",
           header + "old 118\n" + first.substr(0, 43) + "\n" + body,
           header + "old 118\n" + body.substr(0, body.find("\n\n") + 2),
           header + "old 118\n" + body.substr(0, body.size() - 1),
           "kinledger.example/consistency-proof@v2\n" + text.substr(header.size())})
    EXPECT_FALSE(read_consistency_proof(other).has_value()) << other;
}

TEST_F(ProofText, OfAConsistencyProofHoldsAtMostSixtyFourHashes) {
  auto proof = read_consistency_proof(proof_from(118)).value();
  proof.hashes.assign(proof_hashes_max, Hash{});
  EXPECT_TRUE(read_consistency_proof(proof.to_text()).has_value());
  proof.hashes.emplace_back();
  EXPECT_FALSE(read_consistency_proof(proof.to_text()).has_value());
}

TEST_F(ProofText, OfAConsistencyProofIsAboutOneOldTree) {
  const auto proof = read_consistency_proof(proof_from(118)).value();
  EXPECT_TRUE(continues(proof, head(118), head(300)));
  EXPECT_FALSE(continues(proof, head(117), head(300)));
  EXPECT_FALSE(continues(proof, head(118), head(299)));
  EXPECT_FALSE(continues(proof, {{118}, head(117).root}, head(300)));
  auto renamed = proof;
  renamed.old_size = {119};
  EXPECT_FALSE(continues(renamed, head(118), head(300)));
  EXPECT_FALSE(continues(renamed, head(119), head(300)));
}

}  // namespace
}  // namespace kinledger::ledger
