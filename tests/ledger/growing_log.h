// A log in memory that grows as a test says and signs whatever it is asked to, also what a log must
// never sign; and the requests that it makes of witnesses.
#pragma once

#include <string>
#include <vector>

#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/merkle.h"

namespace kinledger::ledger {

inline Key256 seed_of(std::uint8_t number) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(number);
  return Key256(bytes);
}

class GrowingLog {
 public:
  /// Leaves of another `history` differ from leaf `history` on.
  explicit GrowingLog(std::string origin = "log.example/1", std::size_t history = 10'000)
      : origin_(std::move(origin)) {
    for (std::size_t i = 0; i < leaves_max; ++i)
      leaves_.push_back(
          leaf_hash(as_bytes((i < history ? "leaf " : "other ") + std::to_string(i))));
  }

  /// With these leaves.
  GrowingLog(std::string origin, std::vector<Hash> leaves)
      : origin_(std::move(origin)), leaves_(std::move(leaves)) {}

  const std::string& origin() const { return origin_; }
  NoteVerifier verifier() const { return {origin_, ed25519_public_key(seed_of(77))}; }

  TreeHead head(std::uint64_t size) const {
    TreeEdge edge;
    edge.append(std::span(leaves_).first(size));
    return edge.head();
  }
  SignedNote note_of(const TreeHead& head) const {
    SignedNote note{Checkpoint{origin_, head}.to_text(), {}};
    note.signatures.push_back(sign_note(note.text, origin_, seed_of(77)));
    return note;
  }
  std::string note(std::uint64_t size) const { return note_of(head(size)).to_text(); }

  std::vector<Hash> proof(std::uint64_t first, std::uint64_t second) const {
    if (first == 0 || first == second) return {};
    return prove_consistency({first}, {second},
                             [this](Subtree subtree) -> Result<Hash> {
                               const auto begin =
                                   leaves_.begin() +
                                   static_cast<std::ptrdiff_t>(subtree.index << subtree.level);
                               return fold({begin, begin + (std::ptrdiff_t{1} << subtree.level)});
                             })
        .value();
  }

  static std::string request(std::uint64_t old_size, const std::vector<Hash>& proof,
                             const std::string& note) {
    auto text = "old " + std::to_string(old_size) + "\n";
    for (const auto& hash : proof) text += to_base64(hash.bytes) + "\n";
    return text + "\n" + note;
  }
  std::string request(std::uint64_t old_size, std::uint64_t size) const {
    return request(old_size, proof(old_size, size), note(size));
  }

 private:
  static constexpr std::size_t leaves_max = 300;
  std::string origin_;
  std::vector<Hash> leaves_;
};

}  // namespace kinledger::ledger
