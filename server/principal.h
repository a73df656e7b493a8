// Principals (主体): who may do what, as PrincipalChanged events say. A grant gives one role in one
// scope; a principal may hold several. Institutions come with a certificate of their own; people
// come through the gateway of their institution, with a token (server/token_desk.h).
//
// The three administrators are kept apart: whoever holds one of these roles holds no other, and
// none of them is told who a person is. One certificate belongs to one principal.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/event.h"
#include "ledger/refusal.h"
#include "projections/archive.h"
#include "server/scope.h"

namespace kinledger::server {

enum class Role : std::uint8_t {
  submitter,               ///< 申报: records what happened
  agency,                  ///< 经办: asks about persons and units, and who they are
  auditor,                 ///< 审计: the same, and the stream of events
  exporter,                ///< 报表: questions about everyone, without identities
  security_administrator,  ///< 安全管理员: says who may do what
  system_administrator,    ///< 系统管理员: sees how the server does
  audit_administrator,     ///< 审计管理员: sees who asked what
  gateway,                 ///< 接入: vouches for the people of its institution
};
inline constexpr std::size_t role_count = 8;

std::string_view to_text(Role role);  ///< "securityAdministrator"
std::optional<Role> role_named(std::string_view name);
/// Roles that whoever has one of them holds alone.
constexpr bool is_held_alone(Role role) { return role >= Role::security_administrator; }

struct Grant {
  ledger::ActorId principal;
  Role role{};
  std::optional<std::string> institution;  ///< unit number
  std::optional<ledger::Area> area;
  std::optional<ledger::Hash> certificate;
  std::optional<ledger::Date> until;  ///< exclusive
  std::string label;

  Scope scope() const;
  bool is_live(ledger::Date on) const { return !until || on < *until; }
  /// What makes it this grant: all but `until` and `label`, which a later event may change.
  bool is_same_grant(const Grant& other) const;
};

inline constexpr std::size_t label_characters_max = 60;

/// One certificate, one principal: whoever has it already.
std::optional<ledger::ActorId> owner_of(const ledger::Hash& certificate,
                                        std::span<const Grant> grants);

/// All grants at one moment.
class Principals {
 public:
  /// `changes` are PrincipalChanged events in their order; what is not a grant of this program's
  /// roles gives nobody anything.
  void apply(const ledger::EventView& change);

  const std::vector<Grant>& grants() const { return grants_; }
  std::vector<const Grant*> of(const ledger::ActorId& principal) const;
  /// Those of the principal in the role that have each other part which is stated.
  std::vector<Grant> meant_by(const Grant& stated) const;
  std::optional<ledger::ActorId> owner_of(const ledger::Hash& certificate) const {
    return server::owner_of(certificate, grants_);
  }
  /// Why the grant cannot be made beside the others.
  std::optional<ledger::Reason> conflict_of(const Grant& grant, ledger::Date today) const;

 private:
  std::vector<Grant> grants_;
};

ledger::Reason grant_unknown();  ///< GRANT_UNKNOWN

/// The event that makes the grant, or takes it away.
ledger::SubmittedEvent event_of(const Grant& grant, bool is_granted);

/// The principals of a ledger as they are now. Thread rule: any thread.
class PrincipalRegister {
 public:
  explicit PrincipalRegister(projections::Archive& archive) : archive_(archive) {}

  ledger::Result<std::shared_ptr<const Principals>> now();
  /// Records the grants, or that those which are meant by them are taken away. Refused: what
  /// conflict_of() says, of the first, GRANT_UNKNOWN when none is meant, and ADMINISTRATOR_OWN when
  /// `by` would change what itself may do.
  ledger::Result<ledger::Parsed<ledger::Receipt>> change(const std::vector<Grant>& grants,
                                                         bool is_granted, const ledger::ActorId& by,
                                                         const std::string& key);

 private:
  projections::Archive& archive_;
  std::mutex mutex_;  // held while a change is checked and recorded
  std::mutex kept_;   // guards what follows
  std::uint64_t changes_ = 0;
  std::shared_ptr<const Principals> now_;
};

}  // namespace kinledger::server
