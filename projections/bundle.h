// Bundle (证据包): an answer with everything that it was judged from, so that anyone can judge it
// again without the ledger: the events used, the proof that they are in the tree of a signed
// checkpoint, and the proof, by the subject map, that none of their subjects' events were left out.
// It holds pseudonyms, and an identity only where one was opened on purpose. docs/FORMAT.md,
// "Bundles".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/leaves_proof.h"
#include "ledger/refusal.h"
#include "projections/questions.h"
#include "projections/subject_map.h"

namespace kinledger::projections {

inline constexpr std::size_t bundle_bytes_max = std::size_t{64} << 20;
/// A bundle is about one person or one unit; more events than this are not handed out in one.
inline constexpr std::size_t bundle_events_max = 100'000;

/// One subject that the answer looked at.
struct BundledSubject {
  SubjectEvents of;
  /// Every one of its events up to the size of the map, by sequence. Those below the basis of the
  /// answer are in the bundle; of later ones there is only the hash.
  std::vector<ledger::PlacedLeaf> events;
  MapProof proof;
};

struct BundledEvent {
  ledger::Sequence sequence;
  ledger::Bytes bytes;

  bool operator==(const BundledEvent&) const = default;
};

/// Who the person that was asked about is, with what it takes to compare it with the commitment in
/// the event that registered them. Handed out for one person at a time.
struct OpenedIdentity {
  ledger::Bytes canonical;  ///< ledger::canonical_identity
  ledger::Bytes key;        ///< of the commitment, 32 bytes

  bool operator==(const OpenedIdentity&) const = default;
};

struct Bundle {
  std::string question;
  Arguments arguments;
  ledger::TreeHead basis;
  std::string answer;                     ///< canonical JSON, as answer_text() writes it
  std::string checkpoint;                 ///< the signed note as it is
  std::vector<ledger::Hash> consistency;  ///< from the basis to the checkpoint
  ledger::Sequence map;                   ///< the event that records the root of the subject map
  std::vector<BundledSubject> subjects;   ///< ascending
  std::vector<BundledEvent> events;       ///< ascending
  std::vector<ledger::Hash> proof;        ///< prove_leaves() of the events at the checkpoint
  std::optional<OpenedIdentity> identity;

  std::string to_text() const;
};

/// The answer as it stands in a bundle: its documented JSON, canonical, without the instant of the
/// basis, which only an event of somebody else could prove.
std::string answer_text(const Answer& answer);

/// Strict: exactly what to_text() of a bundle writes. Refused: BUNDLE_FORMAT and those of
/// ledger::parse_json.
ledger::Parsed<Bundle> read_bundle(std::string_view text);

}  // namespace kinledger::projections
