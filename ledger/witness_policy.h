// The witness policy (见证策略): which logs are meant, which witnesses there are, and how many of
// them must have cosigned a checkpoint. C2SP tlog-policy, read strictly:
//
//   # two of three offices
//   log kinledger.example/330100+55556e00+AddamAGC...
//   witness audit witness.example/audit-office+fbc88e04+BD1AF8Po... http://audit.example:8451
//   witness finance ...
//   witness province ...
//   group offices 2 audit finance province
//   quorum offices
//
// Names are of the file alone; a line refers to lines above it. Every name is a member of one group
// at most, so that a witness counts once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/cosignature.h"
#include "ledger/refusal.h"

namespace kinledger::ledger {

inline constexpr std::size_t policy_bytes_max = 64 * 1024;
/// Of each: logs, witnesses, groups.
inline constexpr std::size_t policy_parties_max = 32;

struct PolicyLog {
  NoteVerifier verifier;
  std::string url;  ///< empty when the policy gives none
};

struct PolicyWitness {
  std::string name;
  WitnessVerifier verifier;
  std::string url;  ///< where it is asked; empty when the policy gives none
};

/// How far a quorum is reached: of the members of its group, or of its one witness.
struct Quorum {
  std::size_t has = 0;
  std::size_t needs = 0;

  bool is_reached() const { return has >= needs; }
};

/// A value; any thread.
class WitnessPolicy {
 public:
  /// Every line that cannot be accepted, by its number.
  static boost::system::result<WitnessPolicy, std::vector<Refusal>> read(std::string_view text);

  const std::vector<PolicyLog>& logs() const { return logs_; }
  const std::vector<PolicyWitness>& witnesses() const { return witnesses_; }
  bool names_log(const NoteVerifier& log) const;

  /// For each witness, in the order of the policy, when it cosigned the note.
  std::vector<std::optional<CosignedAt>> cosigned(const SignedNote& note) const;
  /// How far the cosignatures on the note that were made within the window make the quorum. Says
  /// nothing of the log's signature.
  Quorum quorum(const SignedNote& note, const CosignedWindow& window = {}) const;

 private:
  friend class WitnessPolicyReader;
  WitnessPolicy() = default;

  struct Member {
    bool is_group = false;
    std::size_t index = 0;  ///< into witnesses_ or groups_
  };
  struct Group {
    std::size_t needs = 0;
    std::vector<Member> members;  ///< groups come before those that name them
  };

  std::vector<PolicyLog> logs_;
  std::vector<PolicyWitness> witnesses_;
  std::vector<Group> groups_;
  std::optional<Member> quorum_;  ///< nothing: none is needed
};

/// boost::system::result calls this when value() is asked of refusals: a bug of ours.
[[noreturn]] void throw_exception_from_error(const std::vector<Refusal>& refusals,
                                             const boost::source_location& at);

}  // namespace kinledger::ledger
