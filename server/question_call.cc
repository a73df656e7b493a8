#include "server/question_call.h"

#include "ledger/version.h"
#include "projections/naming.h"
#include "projections/question_words.h"
#include "server/media_types.h"

namespace kinledger::server {
namespace {

using ledger::Reason;
using projections::Argument;
using projections::Question;

bool names_document(Desk& desk, std::string_view text) {
  return projections::names_document(text, ledger::civil_date_of(desk.archive.ledger().now()));
}

/// Nothing when the argument was taken.
std::optional<HttpResponse> take(Desk& desk, const Question& question, std::string_view name,
                                 std::string_view text, projections::Arguments& arguments) {
  const auto* declared = question.find_argument(name);
  if (declared != nullptr && declared->kind == Argument::Kind::person && !is_pseudonym(text))
    return number_in_address();
  if (text.size() > projections::name_bytes_max)
    return problem(400, Reason("ARGUMENT_FORMAT", std::string(name) + " 过长",
                               std::string(name) + " is too long"));
  const auto taken = projections::take_argument(desk.archive, question, name, text, arguments);
  if (!taken) return problem(taken.error(), desk.warn);
  if (*taken) return std::nullopt;
  if (taken->error().code == "UNIT_UNKNOWN" && names_document(desk, text))
    return problem(400, projections::document_as_unit());
  return problem(status_of(taken->error()), taken->error());
}

bool is_parameter(std::string_view name) {
  return name == on_parameter.name || name == known_parameter.name ||
         name == explain_parameter.name;
}

/// Everyone's, where a question that goes through all subjects is asked without one, and where the
/// records that it tells may be of anyone.
Operation operation_of(const Call& call) {
  if (call.arguments.person) return Operation::ask_person;
  if (call.arguments.unit) return Operation::ask_unit;
  const auto& question = *call.question;
  return question.about_everyone || question.tells_records_of_region ? Operation::ask_everyone
                                                                     : Operation::ask_rules;
}

}  // namespace

projections::Language language_of(const HttpRequest& request) {
  return field_of(request, "accept-language").starts_with("en") ? projections::Language::en
                                                                : projections::Language::zh;
}

std::optional<HttpResponse> take_known(Desk& desk, Call& call) {
  const auto known = value_or_problem(
      desk.archive.resolve_basis(call.target.find(known_parameter.name).value_or("latest")),
      desk.warn);
  if (!known) return known.error();
  call.inquiry.basis = *known;
  return std::nullopt;
}

std::optional<HttpResponse> take_dates(Desk& desk, Call& call) {
  call.inquiry.on = ledger::civil_date_of(desk.archive.ledger().now());
  if (const auto text = call.target.find(on_parameter.name)) {
    const auto on = ledger::parse_date(*text);
    if (!on) return problem(400, on.error());
    call.inquiry.on = *on;
  }
  return take_known(desk, call);
}

Or<std::string> entity_tag(Desk& desk, const Inquiry& inquiry) {
  constexpr std::size_t shown_digits = 16;
  const auto basis = desk.archive.basis(*inquiry.basis);
  if (!basis) return problem(basis.error(), desk.warn);
  return '"' + std::to_string(inquiry.basis->value) + "." +
         ledger::to_text(basis->root).substr(0, shown_digits) + "." + ledger::to_text(*inquiry.on) +
         "." + std::string(ledger::kinledger_version) + '"';
}

bool has_answer(const HttpRequest& request, const std::string& tag) {
  return !asks_for(request, text_type) && field_of(request, "if-none-match") == tag;
}

HttpResponse not_changed(std::string_view type, const std::string& tag) {
  return {304, std::string(type), {{"ETag", tag}, {"Cache-Control", "no-store"}}, {}};
}

HttpResponse number_in_address() {
  return problem(400,
                 Reason("PERSON_ID_FORMAT",
                        "地址中只能用 32 位人员编号；用 POST /v1/persons/lookup 由证件号码查询",
                        "an address takes the 32 digits of a pseudonym; POST "
                        "/v1/persons/lookup gives it for an ID number"));
}

Access access_by(const Call& call, std::string operation) {
  const auto& inquiry = call.inquiry;
  Access access;
  access.principal = call.caller.principal;
  access.operation = std::move(operation);
  access.channel = call.caller.channel;
  access.person = inquiry.person;
  access.unit = inquiry.unit;
  if (call.admission.role) access.role = to_text(*call.admission.role);
  access.purpose = inquiry.purpose;
  access.case_number = inquiry.case_number;
  access.basis = inquiry.basis;
  access.on = inquiry.on;
  return access;
}

bool is_pseudonym(std::string_view text) {
  ledger::PersonId id;
  return ledger::from_hex(text, id.bytes);
}

Or<ledger::UnitId> unit_in_address(Desk& desk, std::string_view text) {
  const auto unit = projections::find_unit(desk.archive, text);
  if (unit && !*unit && names_document(desk, text))
    return problem(400, projections::document_as_unit());
  return value_or_problem(unit, desk.warn);
}

std::optional<HttpResponse> prepare_question(
    Desk& desk, Call& call, const Question& question,
    std::span<const std::pair<std::string_view, std::string_view>> preset) {
  if (auto refused = take_dates(desk, call)) return refused;
  call.question = &question;
  call.arguments.on = *call.inquiry.on;
  for (const auto& [name, text] : preset)
    if (auto refused = take(desk, question, name, text, call.arguments)) return refused;
  for (const auto& [name, text] : call.target.query)
    if (!is_parameter(name))
      if (auto refused = take(desk, question, name, text, call.arguments)) return refused;
  call.inquiry.person = call.arguments.person;
  call.inquiry.unit = call.arguments.unit;
  call.operation = operation_of(call);
  return std::nullopt;
}

}  // namespace kinledger::server
