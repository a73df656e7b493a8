#include "tools/approval.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "ledger/digits.h"
#include "ledger/id_halves.h"
#include "ledger/intake/advice.h"
#include "ledger/intake/outcome_json.h"
#include "ledger/text.h"
#include "projections/naming.h"
#include "server/grant_json.h"
#include "tools/access_record.h"
#include "tools/complaint.h"
#include "tools/receipt.h"
#include "tools/subject_arguments.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using ledger::Field;
using ledger::PersonId;
using ledger::Reason;
using ledger::Refusal;
using server::Role;

constexpr std::size_t file_bytes_max = approved_persons_max * (projections::name_bytes_max + 2);
constexpr std::size_t code_characters_max = 40;

/// A code, and nothing in which somebody could be named by their number.
bool is_code(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= code_characters_max && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || ledger::is_digit(c); }) &&
         !ledger::intake::holds_resident_id(text);
}

bool may_approve(Role role) {
  return role == Role::agency || role == Role::auditor || role == Role::security_administrator ||
         role == Role::audit_administrator;
}

/// A principal with a grant that lets it approve.
ledger::Parsed<ledger::ActorId> approver_of(const std::string& text,
                                            const server::Principals& principals,
                                            ledger::Date today) {
  server::Grant named;
  if (const auto set = server::set_part(named, "principal", text); !set) return set.error();
  const auto held = principals.of(named.principal);
  if (std::ranges::none_of(held, [&](const auto* grant) { return grant->is_live(today); }))
    return Reason("APPROVER_UNKNOWN", "批准人不是账本现有的主体；见 kinledger access list",
                  "an approver is a principal with a grant in force: see kinledger access list");
  const bool may = std::ranges::any_of(
      held, [&](const auto* grant) { return grant->is_live(today) && may_approve(grant->role); });
  if (!may)
    return Reason("APPROVER_ROLE", "批准人须为经办、审计、安全管理员或审计管理员",
                  "an approver is an agency, an auditor, a security or an audit administrator");
  return named.principal;
}

/// The texts that name persons, with their rows.
Told<std::vector<std::pair<std::uint64_t, std::string>>> read_names(
    const ApprovalArguments& arguments, Terminal& terminal) {
  std::vector<std::pair<std::uint64_t, std::string>> names;
  if (arguments.file.empty() == arguments.persons.empty())
    return complain_of_usage(terminal,
                             {"须给出 PERSON 或 --file 之一", "give either PERSON or --file"});
  for (const auto& word : arguments.persons) {
    auto text = read_person_argument(word, terminal);
    if (!text) return text.error();
    names.emplace_back(names.size() + 1, std::move(*text));
  }
  if (arguments.file.empty()) return names;
  const auto text = read_text_file(arguments.file, file_bytes_max);
  if (!text) return complain(terminal, text.error());
  std::uint64_t row = 0;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = ledger::trimmed(rest.substr(0, end));
    if (line.ends_with('\r')) line = ledger::trimmed(line.substr(0, line.size() - 1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++row;
    if (!line.empty()) names.emplace_back(row, line);
  }
  return names;
}

std::string_view document_of(const ApprovalArguments& arguments) {
  return arguments.file.empty() ? std::string_view("PERSON") : std::string_view(arguments.file);
}

}  // namespace

std::vector<Parameter> approval_parameters(ApprovalArguments& arguments) {
  auto parameters = ledger_parameters(arguments.ledger);
  parameters.push_back({"PERSON",
                        {},
                        {"人员（写法同 status）", "persons, written as in status"},
                        &arguments.persons});
  parameters.push_back(file_option(
      "--file", {"每行一人的文件，写法同 PERSON", "a file with a person a line, written as PERSON"},
      arguments.file));
  auto basis = option("--basis", "CODE",
                      {"法律依据，规则包 legalBasis 代码表中的代码，如 retentionExpired",
                       "legal basis, a code of the packs' list legalBasis, such as "
                       "retentionExpired"},
                      arguments.basis);
  basis.required = true;
  parameters.push_back(std::move(basis));
  Parameter approvers{"--approved-by",
                      "ID",
                      {"批准的主体，须给出两个（kinledger access list）",
                       "a principal who approved; twice (kinledger access list)"},
                      &arguments.approvers};
  approvers.required = true;
  parameters.push_back(std::move(approvers));
  parameters.push_back(
      flag("--dry-run", {"只检查，不登记", "check, record nothing"}, arguments.dry_run));
  parameters.push_back(json_flag(arguments.json));
  return parameters;
}

Told<Approval> read_approval(const ApprovalArguments& arguments, OpenLedger& opened,
                             Terminal& terminal) {
  if (!is_code(arguments.basis))
    return complain(terminal, Reason("BASIS_CODE", "--basis 应为代码，如 retentionExpired",
                                     "--basis takes a code, such as retentionExpired"));
  server::PrincipalRegister principals(*opened.archive);
  const auto known = principals.now();
  if (!known) return complain(terminal, known.error());
  Approval approval{arguments.basis, {}, {}};
  if (arguments.approvers.size() != 2)
    return complain_of_usage(terminal,
                             {"须由两个主体批准：给出两次 --approved-by",
                              "two principals have to approve: give --approved-by twice"});
  for (auto* approver : {&approval.first, &approval.second}) {
    const auto& text = arguments.approvers[approver == &approval.first ? 0 : 1];
    const auto read = approver_of(text, **known, opened.today());
    if (!read) return complain(terminal, read.error());
    *approver = *read;
  }
  if (approval.first == approval.second)
    return complain(terminal, Reason("APPROVERS_SAME", "两个批准人须为不同的主体",
                                     "the two approvers are different principals"));
  return approval;
}

ledger::SubmittedEvent approved_event(ledger::EventType type, const PersonId& person,
                                      const Approval& approval) {
  ledger::SubmittedEvent event;
  event.draft.type = type;
  event.persons.emplace_back(Field::person, ledger::PersonReference{person, {}, {}});
  event.draft.set(Field::legal_basis, approval.legal_basis);
  ledger::set_halves(event.draft, Field::first_approver_high, Field::first_approver_low,
                     approval.first);
  ledger::set_halves(event.draft, Field::second_approver_high, Field::second_approver_low,
                     approval.second);
  return event;
}

namespace {

/// A person with the row of the file, or the place among the words.
struct NamedPerson {
  std::uint64_t row;
  PersonId id;
};

/// Each person once. All that are not known are told, and then nothing is done.
Told<std::vector<NamedPerson>> read_persons(const ApprovalArguments& arguments, OpenLedger& opened,
                                            Terminal& terminal) {
  const auto names = read_names(arguments, terminal);
  if (!names) return names.error();
  if (names->empty() || names->size() > approved_persons_max)
    return complain(terminal, Reason("PERSONS_TOO_MANY", "一次须有 1 至 10000 人",
                                     "from 1 to 10,000 persons at a time"));
  std::vector<NamedPerson> persons;
  std::set<PersonId> seen;
  std::vector<Refusal> unknown;
  for (const auto& [row, text] : *names) {
    const auto found = projections::find_person(*opened.archive, text);
    if (!found) return complain(terminal, found.error());
    if (!*found)
      unknown.push_back({row, "", found->error()});
    else if (seen.insert(**found).second)
      persons.push_back({row, **found});
  }
  if (!unknown.empty()) return complain(terminal, document_of(arguments), unknown, unknown.size());
  return persons;
}

std::optional<Exit> record_access_to_all(const std::vector<NamedPerson>& persons,
                                         const std::string& operation, const OpenLedger& opened,
                                         Terminal& terminal) {
  server::Access access;
  access.operation = operation;
  std::vector<PersonId> ids;
  ids.reserve(persons.size());
  for (const auto& person : persons) ids.push_back(person.id);
  return record_access_to_each(opened, access, ids, terminal);
}

/// What is to be recorded, with the persons that it is about.
struct Decided {
  ledger::Submission submission;
  std::vector<PersonId> persons;
  std::uint64_t already = 0;
  std::vector<Refusal> refusals;
};

ledger::Result<Decided> decide_all(const std::vector<NamedPerson>& persons, OpenLedger& opened,
                                   const std::string& operation, const Decide& decide) {
  Decided decided;
  decided.submission.key =
      operation + "/" + ledger::to_text(ledger::random_id<ledger::SubmissionId>(*opened.random));
  for (const auto& [row, person] : persons) {
    const auto dossier = opened.archive->dossier_of(person);
    if (!dossier) return dossier.error();
    auto decision = decide(person, *dossier);
    if (!decision) {
      decided.refusals.push_back({row, ledger::to_text(person), decision.error()});
    } else if (*decision) {
      auto& event = decided.submission.events.emplace_back(std::move(**decision));
      event.draft.envelope.valid_on = opened.today();
      decided.persons.push_back(person);
    } else {
      ++decided.already;
    }
  }
  return decided;
}

Exit print(const Decided& decided, const std::optional<ledger::Receipt>& receipt,
           const ApprovalArguments& arguments, OpenLedger& opened, const ApprovedWords& words,
           Terminal& terminal) {
  if (!arguments.json) {
    const auto count = std::to_string(decided.persons.size());
    terminal.print_line(terminal.say(
        arguments.dry_run
            ? Label{"试运行，未登记任何内容；可办理 " + count + " 人",
                    "dry run, nothing recorded; it could be done for " + count + " persons"}
            : words.done(decided.persons.size(), decided.already)));
    if (receipt) terminal.print_line(to_words(*receipt, terminal.language()));
    return Exit::done;
  }
  boost::json::array persons;
  for (const auto& person : decided.persons) persons.emplace_back(ledger::to_text(person));
  boost::json::object out{{"persons", std::move(persons)},
                          {"already", decided.already},
                          {"dryRun", arguments.dry_run},
                          {"receipt", nullptr}};
  if (receipt) out["receipt"] = to_json(*receipt, opened.archive->ledger(), terminal);
  terminal.print_line(boost::json::serialize(out));
  return Exit::done;
}

}  // namespace

Exit record_approved(const ApprovalArguments& arguments, OpenLedger& opened,
                     const ApprovedWords& words, const Decide& decide, Terminal& terminal) {
  const auto persons = read_persons(arguments, opened, terminal);
  if (!persons) return persons.error();
  if (const auto ended = record_access_to_all(*persons, words.operation, opened, terminal))
    return *ended;
  const auto decided = decide_all(*persons, opened, words.operation, decide);
  if (!decided) return complain(terminal, decided.error());
  const auto& refusals = decided->refusals;
  if (!refusals.empty())
    return complain(terminal, document_of(arguments), refusals, refusals.size());
  std::optional<ledger::Receipt> receipt;
  if (!arguments.dry_run && !decided->submission.events.empty()) {
    const auto outcome = opened.archive->submit(decided->submission);
    if (!outcome) return complain(terminal, outcome.error());
    if (!outcome->receipt)
      return complain(terminal, words.operation, outcome->refusals, outcome->refusals.size());
    receipt = outcome->receipt;
  }
  return print(*decided, receipt, arguments, opened, words, terminal);
}

}  // namespace kinledger::tools
