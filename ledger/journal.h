// The journal (日志): pages of events in RocksDB, appended at the tail and never changed, with the
// hashes of the Merkle tree over them and four small indexes that must never disagree with them.
//
// Column families and keys (integers big endian, so that keys sort in order; never renumber):
//
//   pages    first sequence (8)          a page (ledger/page.h)
//   hashes   'L' first sequence (8)      leaf hashes of that page, 32 bytes each
//            'S' level (1) index (8)     hash of a perfect subtree of level 8, 16, 24, ...
//   default  'k' submission id (16)      SubmissionRecord of a submission, its idempotency key
//            'r' sequence (8)            sequence (8) of the correction that replaced that version
//            'u' unit id (16)            sequence (8) of the event that first recorded the unit
//            'y' sequence (8)            the same sequence (8): that event gave the log another key
//
// All rows of a commit are one synced WriteBatch. Options and the features that are avoided follow
// what is known of RocksDB 7.8.3; docs/ARCHITECTURE.md has the reasons.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ledger/event.h"
#include "ledger/merkle.h"
#include "ledger/page.h"
#include "ledger/result.h"

namespace rocksdb {
class Env;
}

namespace kinledger::ledger {

/// What is remembered of a submission: enough to answer the same key again.
struct SubmissionRecord {
  Hash content;  ///< keyed digest of what was handed in
  Sequence first;
  std::uint32_t count = 0;
  RecordedAt recorded_at;

  bool operator==(const SubmissionRecord&) const = default;
};

/// A row of the index: what it says, and of which event.
struct IndexRow {
  struct Replaced {
    Sequence version;
  };
  struct KeyRotation {};
  std::variant<SubmissionId, Replaced, UnitId, KeyRotation> what;
  /// Begins the submission, replaced the version, first recorded the unit, rotated the key.
  Sequence event;
};

/// The rows of one commit, made by the sequencer ahead of writing them.
class Commit {
 public:
  /// A commit on top of the tree `edge`; appending moves the edge.
  explicit Commit(TreeEdge& edge) : edge_(edge), base_(edge.size()) {}
  Commit(const Commit&) = delete;
  Commit& operator=(const Commit&) = delete;

  /// Events end in the order in which they are added; each is hashed as it stands.
  void add_event(ByteView event);
  void add_submission(const SubmissionId& id, const SubmissionRecord& record);
  void add_replacement(Sequence replaced, Sequence by);
  void add_unit(const UnitId& unit, Sequence recorded_by);
  void add_key_rotation(Sequence event);
  /// Closes the last page. To be called once, before the commit is written.
  void finish();

  Sequence next() const { return {edge_.size().value + leaves_.size()}; }
  TreeSize base() const { return base_; }
  const TreeHead& head() const { return head_; }  ///< after finish()
  std::size_t bytes() const { return bytes_; }    ///< of the events added so far

 private:
  friend class Journal;
  enum class Family { index, pages, hashes };
  struct Row {
    Family family;
    std::string key;
    std::string value;
  };
  void close_page();

  TreeEdge& edge_;
  TreeSize base_;
  TreeHead head_;
  std::size_t bytes_ = 0;
  PageWriter page_;
  std::vector<Hash> leaves_;  // of the open page
  std::vector<Row> rows_;
};

/// Thread rule: append_if_tail from one thread at a time; everything else from any thread. Readers
/// see only what append_if_tail has made durable.
class Journal {
 public:
  /// Makes an empty journal where there is none yet.
  static Result<std::unique_ptr<Journal>> create(const std::filesystem::path& directory,
                                                 rocksdb::Env* env = nullptr);
  /// `corrupt` when there is none, a file is missing or its parts do not fit together. Null `env`:
  /// the system's; another one outlives the journal.
  static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& directory,
                                               rocksdb::Env* env = nullptr);
  /// As open(), and writes nothing: not even what RocksDB keeps house with. Nothing can be
  /// appended.
  static Result<std::unique_ptr<Journal>> open_to_read(const std::filesystem::path& directory,
                                                       rocksdb::Env* env = nullptr);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  TreeSize size() const;
  /// The right edge of the tree, to append to.
  Result<TreeEdge> edge() const;
  /// Root of the tree at this or an earlier size.
  Result<Hash> root(TreeSize size) const;
  /// Stored leaf hashes of events [from, from + count).
  Result<std::vector<Hash>> leaf_hashes(Sequence from, std::uint64_t count) const;
  /// Hash of a perfect subtree, for proofs; levels below 8 are computed from the leaf hashes.
  Result<Hash> subtree_hash(Subtree subtree) const;

  /// Writes and syncs the commit if the journal still ends where it was made; else `conflict`.
  /// Any other failure means "unknown": the caller stops acknowledging and the process ends.
  Result<void> append_if_tail(Commit& commit);

  /// Writes what is in memory only into files.
  Result<void> flush();
  /// A second journal of the same events, made of hard links, in a directory that does not exist on
  /// the same file system. Not durable. Nobody may append meanwhile.
  Result<void> link_to(const std::filesystem::path& directory);

  /// The page that holds the event, and the sequence of its first event.
  struct Located {
    Sequence first;
    Page page;
    ByteView event(Sequence sequence) const { return page.event(sequence.value - first.value); }
  };
  Result<Located> locate(Sequence sequence) const;

  /// Calls `visit` with each page of events [from, until) in order, until it returns false. The
  /// first and the last page may reach beyond the range. `corrupt` at the first gap or damage.
  using PageVisitor = std::function<bool(Sequence first, const Page& page)>;
  Result<void> read(Sequence from, TreeSize until, const PageVisitor& visit) const;
  /// Calls `visit` with every stored subtree hash, in the order of their keys.
  Result<void> read_subtrees(const std::function<bool(const SubtreeHash&)>& visit) const;

  /// Number of events recorded at or before the instant: the basis "as known then".
  Result<TreeSize> size_at(RecordedAt at) const;

  Result<std::optional<SubmissionRecord>> submission(const SubmissionId& id) const;
  /// The correction that replaced the version recorded at `sequence`, if any.
  Result<std::optional<Sequence>> replaced_by(Sequence sequence) const;
  Result<std::optional<Sequence>> unit_recorded_by(const UnitId& unit) const;
  /// The events that gave the log another key, KeyRotated, in their order.
  Result<std::vector<Sequence>> key_rotations() const;

  /// Calls `visit` with every row of the index until it returns false; `corrupt` at one that is
  /// none of the four.
  Result<void> read_index(const std::function<bool(const IndexRow&)>& visit) const;

  std::uint64_t bytes_on_disk() const;

 private:
  struct Store;
  explicit Journal(std::unique_ptr<Store> store);
  static Result<std::unique_ptr<Journal>> from(Result<std::unique_ptr<Store>> store);
  std::unique_ptr<Store> store_;
};

}  // namespace kinledger::ledger
