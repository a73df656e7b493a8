// Keeps the subject map of a journal up to date. Derived from the journal alone: it may be deleted
// and is made again.
//
// RocksDB database of its own, one column family, no WAL: rows and position are written in one
// batch. Keys (integers big endian; never renumber without raising the format):
//
//   'b' bucket (2)   its entries, ascending: key (32), number of events (8), last link (32)
//   'g' group (1)    roots of its 256 buckets, 32 bytes each; absent while all are empty
//   'r'              hashes of the 256 groups, 32 bytes each
//   'p'              format (1), position (8), subjects (8)
#pragma once

#include <filesystem>
#include <memory>

#include "ledger/journal.h"
#include "projections/subject_map.h"

namespace kinledger::projections {

/// Thread rule: one thread at a time.
class SubjectMap {
 public:
  /// Opens, or makes, the map of the journal, which must outlive it. One that is ahead of the
  /// journal, or of another format, is thrown away.
  static ledger::Result<std::unique_ptr<SubjectMap>> open(const std::filesystem::path& directory,
                                                          const ledger::Journal& journal);
  /// Makes it in a directory that goes away with it.
  static ledger::Result<std::unique_ptr<SubjectMap>> open_apart(const ledger::Journal& journal);
  ~SubjectMap();
  SubjectMap(const SubjectMap&) = delete;
  SubjectMap& operator=(const SubjectMap&) = delete;

  /// Size of the log that the map is of.
  ledger::TreeSize position() const;
  std::uint64_t subjects() const;
  ledger::Result<ledger::Hash> root() const;

  /// Takes the events of the journal up to `size` in. Never goes back: `invalid` below position().
  ledger::Result<void> catch_up(ledger::TreeSize size);

  struct Shown {
    EventChain chain;
    MapProof proof;
  };
  /// What the map holds of the subject, with its proof.
  ledger::Result<Shown> show(const SubjectEvents& of) const;

 private:
  struct Store;
  explicit SubjectMap(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace kinledger::projections
