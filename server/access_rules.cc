#include "server/access_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "ledger/digits.h"
#include "ledger/intake/fields.h"
#include "ledger/text.h"

namespace kinledger::server {
namespace {

constexpr std::string_view all_purposes[] = {"handling", "audit", "rectification", "complaint",
                                             "enforcement"};
constexpr std::size_t case_bytes_max = 64;
constexpr std::size_t case_digits_together_max = 14;

}  // namespace

Reach reach_of(Role of, Operation operation) {
  constexpr auto none = Reach::nowhere, scope = Reach::scope, all = Reach::everything,
                 role = Reach::role_alone;
  // Columns: submitter, agency, auditor, exporter; security, system, audit administrator; gateway.
  static constexpr std::array<std::array<Reach, role_count>, operation_count> reaches = {{
      {role, role, role, role, role, role, role, role},      // see_service
      {none, none, none, none, none, role, none, none},      // read_metrics
      {role, role, role, role, role, role, role, role},      // read_log
      {none, none, all, none, none, none, none, none},       // read_events
      {none, none, scope, none, none, none, none, none},     // stream_events
      {scope, scope, scope, none, none, none, none, none},   // ask_person
      {scope, scope, scope, scope, none, none, none, none},  // ask_unit
      {none, all, all, all, none, none, none, none},         // ask_everyone
      {none, scope, scope, scope, none, none, none, none},   // list_within
      {none, all, all, all, none, none, role, none},         // make_reports
      {role, role, role, role, none, none, none, none},      // ask_rules
      {scope, scope, scope, none, none, none, none, none},   // look_up
      {scope, scope, scope, none, none, none, none, none},   // read_identity
      {scope, none, scope, none, none, none, none, none},    // submit
      {all, none, all, none, none, none, none, none},        // preview
      {none, none, none, none, role, none, none, none},      // manage_access
      {none, none, none, none, role, none, role, none},      // read_access
      {none, none, none, none, none, none, role, none},      // read_access_log
      {none, none, none, none, none, none, none, role},      // issue_token
      {none, none, none, none, none, role, none, none},      // back_up
  }};
  return reaches[static_cast<std::size_t>(operation)][static_cast<std::size_t>(of)];
}

bool may_record(Role of, ledger::EventType type) {
  switch (type) {
    case ledger::EventType::finding_opened:
    case ledger::EventType::finding_closed:
      return of == Role::auditor;
    case ledger::EventType::rectification_step_recorded:
      return of == Role::auditor || of == Role::submitter;
    default:
      return of == Role::submitter;
  }
}

bool sees_region(Role of) { return of == Role::auditor; }

Visibility visibility_of(std::optional<Role> of, IdentityPart part, bool has_case) {
  switch (of.value_or(Role::agency)) {
    case Role::submitter:
      return part == IdentityPart::birth_date ? Visibility::hidden : Visibility::masked;
    case Role::agency:
    case Role::auditor:
      if (has_case) return Visibility::clear;
      return part == IdentityPart::birth_date ? Visibility::hidden : Visibility::masked;
    default:
      return Visibility::hidden;
  }
}

bool is_rate_limited(Operation operation) {
  return operation == Operation::look_up || operation == Operation::read_identity;
}

bool looks_up_by_the_way(Operation operation) {
  return operation == Operation::submit || operation == Operation::preview;
}

bool leaves_record(Operation operation) {
  switch (operation) {
    case Operation::see_service:
    case Operation::read_metrics:
    case Operation::read_log:
    case Operation::ask_rules:
    case Operation::issue_token:
      return false;
    default:
      return true;
  }
}

std::string masked_name(std::string_view name) {
  const auto shown = ledger::first_characters(name, 1);
  const auto hidden = ledger::count_characters(name) - ledger::count_characters(shown);
  return std::string(shown) + std::string(std::max<std::size_t>(hidden, 1), '*');
}

bool is_purpose(std::string_view code) {
  return std::ranges::find(all_purposes, code) != std::end(all_purposes);
}

bool is_supervision(std::string_view purpose) {
  return purpose == "audit" || purpose == "enforcement";
}

std::span<const std::string_view> purpose_codes() { return all_purposes; }

std::string purposes() {
  std::string all_codes;
  for (const auto code : all_purposes)
    all_codes += (all_codes.empty() ? "" : ", ") + std::string(code);
  return all_codes;
}

bool is_case_number(std::string_view text) {
  if (text.size() > case_bytes_max || !ledger::intake::parse_document_number(text)) return false;
  std::size_t digits_together = 0;
  for (const char byte : text) {
    digits_together = ledger::is_digit(byte) ? digits_together + 1 : 0;
    // Longer ones may be an ID number, which has no business here.
    if (digits_together > case_digits_together_max) return false;
  }
  return true;
}

}  // namespace kinledger::server
