// The durable mark (持久水位): how much of the ledger has been acknowledged, kept apart from the
// ledger. A storage engine that lost its tail opens as if nothing were missing; only a record
// outside it can tell. It is also the signer's compare-and-swap record: what lies behind the mark
// may be signed, and no second tree of the same size ever gets there.
//
// The file, 8,192 bytes. Two slots, at offsets 0 and 4,096, each in a sector and a page of its own,
// so that no write can damage both. A slot begins with a record of 64 bytes; the rest is zero:
//
//   offset  bytes  content (never renumber)
//        0      4  magic "KLMK"
//        4      4  the first 4 bytes of SHA-256 over the magic and bytes 8 to 63
//        8     16  ledger id
//       24      8  tree size, little endian
//       32     32  root of the tree of that size
//
// The mark is the valid record with the larger size. Writes go to the other slot, so a torn write
// leaves the mark before it, which holds: it is a lower bound.
#pragma once

#include <filesystem>
#include <memory>
#include <utility>

#include "ledger/merkle.h"
#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// Thread rule: one thread at a time. One process: whoever holds the ledger's lock, and, should the
/// ledger have been copied and both be given one state directory, whoever opened the mark first.
class Mark {
 public:
  /// Makes the file, for the empty tree, durable with its directory entry. Mode 0600. `conflict`
  /// when there is one already: a mark is never replaced.
  static Result<std::unique_ptr<Mark>> create(const std::filesystem::path& path, LedgerId ledger);

  /// Writes the head that it reads once more, into the other slot: a torn slot becomes whole, and a
  /// record that a failed write left in the kernel's cache becomes durable before anyone relies on
  /// it. `invalid` when there is no such file, `conflict` when it belongs to another ledger,
  /// `corrupt` when neither slot holds or the two state different trees of one size, else, and
  /// where another process has it open, `unavailable`.
  static Result<std::unique_ptr<Mark>> open(const std::filesystem::path& path, LedgerId ledger);

  /// What open() would give, and its errors, without writing anything.
  static Result<TreeHead> read(const std::filesystem::path& path, LedgerId ledger);

  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;
  ~Mark();

  const TreeHead& head() const { return head_; }

  /// Moves the mark: durable (O_DSYNC) when it returns. The same head again writes nothing. Never
  /// to a smaller tree, nor to another root at the same size: that is a bug and stops the process.
  /// `unavailable` on any error of the file: whether the mark moved is unknown, and the mark stays
  /// unusable, because the kernel may have dropped the page it could not write.
  Result<void> advance(const TreeHead& head);

 private:
  Mark(int file, std::filesystem::path path, LedgerId ledger)
      : file_(file), path_(std::move(path)), ledger_(ledger) {}
  static Result<std::unique_ptr<Mark>> open_file(const std::filesystem::path& path, LedgerId ledger,
                                                 int flags);
  Result<void> take_hold() const;
  Result<void> read_slots();
  Result<void> write(const TreeHead& head);

  const int file_;
  const std::filesystem::path path_;
  const LedgerId ledger_;
  TreeHead head_;
  int slot_ = -1;  ///< the one that holds head_
  bool failed_ = false;
};

}  // namespace kinledger::ledger
