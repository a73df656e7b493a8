// How far a log was followed, as the file that an auditor keeps between two runs:
//
//   kinledger.example/followed-log@v1
//   recorded 2021-04-05T01:02:03.000000Z
//   (base64 of the hashes of the perfect subtrees that the size is the sum of, leftmost first)
//
//   (the checkpoint, a signed note as it is)
//
// Origin, size and root are those of the checkpoint, and the hashes give its root: but for the
// instant, no byte of the file can be changed without being noticed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/log_key.h"
#include "ledger/merkle.h"
#include "ledger/types.h"

namespace kinledger::server {

inline constexpr std::string_view followed_log_header = "kinledger.example/followed-log@v1\n";
/// Longest file: 63 hashes in base64 and a checkpoint.
inline constexpr std::size_t followed_log_bytes_max = 4096 + ledger::signed_note_bytes_max;

struct FollowedLog {
  ledger::TreeEdge edge;
  ledger::RecordedAt recorded_at;  ///< of the last event that was seen; the epoch: none was
  std::string checkpoint;          ///< of the edge's size and root

  std::string to_text() const;
};
/// Nothing unless the text is exactly to_text() of a log that one of the keys signed: the
/// checkpoint may be of a time when the log had fewer keys. Precondition: at least one key.
std::optional<FollowedLog> read_followed_log(std::string_view text,
                                             std::span<const ledger::LogKey> keys);

/// The edge with these hashes, as TreeEdge::hashes() gives them; nothing when it is another number
/// of them, or the size is above tree_size_max.
std::optional<ledger::TreeEdge> edge_of(ledger::TreeSize size,
                                        std::span<const ledger::Hash> hashes);

}  // namespace kinledger::server
