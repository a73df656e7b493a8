// What each role may do (权限表), and how much of an identity it is shown. Whatever is not in these
// tables is denied.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/principal.h"

namespace kinledger::server {

/// What a route lets somebody do.
enum class Operation : std::uint8_t {
  see_service,      ///< whether it is up, what it offers: no role is asked for
  read_metrics,     ///< figures about the server
  read_log,         ///< checkpoint, hashes and proofs, which say nothing about anyone
  read_events,      ///< events in tiles, as they are stored
  stream_events,    ///< events, left out where they are not within the scope
  ask_person,       ///< anything about one person
  ask_unit,         ///< anything about one unit and its persons
  ask_everyone,     ///< questions that go through all persons or units
  list_within,      ///< those of them that can keep within a scope
  make_reports,     ///< reports at all; which ones is asked by what each is about
  ask_rules,        ///< questions about nobody
  look_up,          ///< whose number it is
  read_identity,    ///< whose pseudonym it is
  submit,           ///< record what happened; which types of events, may_record() says
  preview,          ///< see what a submission would change, of whomever
  manage_access,    ///< say who may do what
  read_access,      ///< see who may do what
  read_access_log,  ///< see who asked what
  issue_token,      ///< vouch for a person of the institution
  back_up,          ///< have backups made and see which there are
};
inline constexpr std::size_t operation_count = 20;

/// How far a role reaches.
enum class Reach : std::uint8_t {
  nowhere,
  scope,       ///< what the grant's scope covers
  everything,  ///< only with a grant for the whole ledger
  role_alone,  ///< the role is enough
};
Reach reach_of(Role role, Operation operation);
/// Whether a role that may submit records events of that type. Auditors open and close findings
/// (审计问题), and nobody whom these may be about does; steps of a rectification are recorded by
/// both; everything else by submitters.
bool may_record(Role role, ledger::EventType type);

/// Whether a role with a scope is given the region's own records with what it proves about a person
/// or unit: who was granted what, findings without a unit, movements of the fund. A proof that
/// nothing was left out cannot be made without them.
bool sees_region(Role role);

/// Parts of an identity.
enum class IdentityPart : std::uint8_t { name, number, birth_date };

enum class Visibility : std::uint8_t { hidden, masked, clear };
/// `has_case`: a purpose and the number of the case were stated. No role: on the ledger's own
/// machine, where it is as for an agency.
Visibility visibility_of(std::optional<Role> role, IdentityPart part, bool has_case);

/// Whether a principal may do it only so often (server/rate_limit.h): by it, people are found out.
bool is_rate_limited(Operation operation);
/// Whether it tells of persons that are named in what is handed in that there is no such person.
bool looks_up_by_the_way(Operation operation);

/// Whether it is about persons, so that it leaves a record.
bool leaves_record(Operation operation);

/// 王小明 -> 王**
std::string masked_name(std::string_view name);

/// Purposes that an identity is read for (用途).
bool is_purpose(std::string_view code);
/// Purposes for which the law has an identity told that is restricted: supervision (audit,
/// enforcement).
bool is_supervision(std::string_view purpose);
std::span<const std::string_view> purpose_codes();
/// "handling, audit, ..."
std::string purposes();
/// Number of a case (案号), as parse_document_number() has them, of 64 bytes at most, and not one
/// that could be an ID number.
bool is_case_number(std::string_view text);

}  // namespace kinledger::server
