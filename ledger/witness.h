// A witness (见证方): cosigns the checkpoints of logs that it was told to trust, each only when it
// is proven to continue the last one. The rules are those of C2SP tlog-witness v1.0.0,
// `add-checkpoint`; how a request arrives is the business of server/witness_service.h.
//
//   STATE/lock           held while a process has the witness open
//   STATE/witness.key    Ed25519 key, mode 0600
//   STATE/witness.vkey   the public half with the witness's name, to be given to logs
//   STATE/HEX            the last checkpoint of the log, cosigned; HEX is SHA-256 of its origin
//   STATE/HEX.fork       a checkpoint that the log signed and that contradicts that one
//
// Without its state a witness would cosign a tree that contradicts what it cosigned before: keep it
// on a disk of its own, and put nothing older than the last answer in its place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/lock.h"

namespace kinledger::ledger {

/// Hashes in a request's proof, at most.
inline constexpr std::size_t witness_proof_hashes_max = 63;
/// Longest request: a note and the lines above it.
inline constexpr std::size_t add_checkpoint_bytes_max = signed_note_bytes_max + 4096;

/// What the witness does with a checkpoint. The numbers are the statuses of the protocol.
enum class WitnessVerdict : std::uint16_t {
  cosigned = 200,
  malformed = 400,     ///< not of the form of a request, or the old size is above the new one
  not_signed = 403,    ///< by no key that is trusted for this log
  unknown_log = 404,   ///< no log of this origin is trusted
  other_size = 409,    ///< the old size is not that of the last checkpoint
  inconsistent = 422,  ///< not proven to continue the last checkpoint
  unavailable = 503,   ///< the witness's own storage fails
};

struct WitnessAnswer {
  WitnessVerdict verdict = WitnessVerdict::malformed;
  /// Lines: cosignature lines; of `other_size` the size of the last checkpoint; else one of words.
  std::string body;
  /// Of the log, when it is a trusted one; else empty.
  std::string origin = {};
};

struct WitnessOptions {
  std::filesystem::path state;
  std::string name;
  /// Keys that are trusted; the name of a key is the origin of its log. A log may have several.
  std::vector<NoteVerifier> logs;
  std::function<CosignedAt()> clock;
  int lock_wait_ms = 1000;
};

/// 64 hexadecimal digits by which a witness gives out the last checkpoint of a log.
std::string origin_hash(std::string_view origin);

/// Thread rule: any thread.
class Witness {
 public:
  /// The witness's name and public key. Makes the key where there is none yet. `invalid` when the
  /// state directory is that of a witness of another name, or its key is lost or open to others.
  static Result<WitnessVerifier> identity(const std::filesystem::path& state,
                                          const std::string& name, Random& random);

  /// `unavailable` when another process has the witness open; `corrupt` when a file of the state
  /// is not what this witness wrote.
  static Result<std::unique_ptr<Witness>> open(WitnessOptions options, Random& random);

  /// Judges a request and, when it is good, cosigns. The checkpoint is durable before the answer is
  /// given, and no other request is judged in between.
  WitnessAnswer add_checkpoint(std::string_view request);

  /// The last checkpoint of the log with this origin_hash(), with its cosignature.
  std::optional<std::string> last_checkpoint(std::string_view hash) const;

  const WitnessVerifier& verifier() const { return verifier_; }

 private:
  struct Log {
    std::vector<NoteVerifier> keys;
    TreeHead last{{}, empty_root()};
    std::string note;        ///< the last checkpoint; empty before the first
    CosignedAt cosigned;     ///< time of the last cosignature
    bool is_written = true;  ///< false once the file may differ from `note`
  };
  struct Request;

  Witness(WitnessOptions options, std::unique_ptr<DirectoryLock> lock, WitnessVerifier verifier,
          Key256 key);
  static std::optional<Request> read_request(std::string_view text);
  Result<void> load(const std::string& origin, Log& log) const;
  WitnessAnswer judge(const Request& request, Log& log);
  WitnessAnswer cosign(const Request& request, Log& log);
  void keep_fork(const Request& request) const;
  std::filesystem::path file_of(std::string_view origin) const;

  const WitnessOptions options_;
  const std::unique_ptr<DirectoryLock> lock_;
  const WitnessVerifier verifier_;
  const Key256 key_;
  mutable std::mutex mutex_;
  std::map<std::string, Log, std::less<>> logs_;  ///< by origin; its keys never change
};

}  // namespace kinledger::ledger
