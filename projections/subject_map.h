// Subject map (主体目录): how many events there are of each person, each unit and the region, and
// which. That an event is in the log proves nothing about those that were left out of an answer;
// the root of this map, recorded in the log, does: SubjectMapCommitted states it at a tree size,
// and whoever replays the log computes it again. Pure functions; docs/FORMAT.md, "Subject map".
//
//   key      SHA-256("kinledger/subject/v1" 0x00 kind (1) id (16) aspect (1))
//   link     32 zero bytes before the first event, then
//            SHA-256(link before || sequence (8) || leaf hash of the event)
//   leaf     key (32) || SHA-256(number of events (8) || last link)
//   bucket   RFC 6962 tree over the leaves whose keys begin with its 16 bits, ascending by key
//   root     RFC 6962 tree over the roots of the 65,536 buckets
//
// Integers are big endian. Kind, id and aspect are those of the rows (projections/rows.h): the
// events of a unit that name a person are counted apart from those that name none.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "ledger/merkle.h"
#include "ledger/types.h"
#include "projections/dossier.h"
#include "projections/rows.h"

namespace kinledger::projections {

using MapKey = ledger::Hash;
MapKey map_key(const SubjectEvents& of);

/// The events of a subject up to some size of the log, in order.
struct EventChain {
  std::uint64_t count = 0;
  ledger::Hash link;

  void add(ledger::Sequence sequence, const ledger::Hash& leaf);
  bool operator==(const EventChain&) const = default;
};

inline constexpr unsigned map_buckets = 65'536;
unsigned bucket_of(const MapKey& key);

/// One leaf of the map: of another subject no more than this is ever shown.
struct MapLeaf {
  MapKey key;
  ledger::Hash events;

  bool operator==(const MapLeaf&) const = default;
};
MapLeaf map_leaf(const MapKey& key, const EventChain& chain);
/// Precondition: the leaves of one bucket, ascending by key.
ledger::Hash bucket_root(std::span<const MapLeaf> leaves);

/// Everything in the bucket of a subject, and where the bucket stands in the map: it shows what the
/// map holds of the subject, or that it holds nothing.
struct MapProof {
  std::vector<MapLeaf> bucket;
  std::vector<ledger::Hash> path;  ///< as of prove_inclusion
};

/// Whether the map of this root holds exactly these events of the subject. An empty chain: none.
bool is_shown(const MapKey& key, const EventChain& chain, const MapProof& proof,
              const ledger::Hash& root);

}  // namespace kinledger::projections
