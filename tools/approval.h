// What erasing and restricting have in common: whose identities, on which legal basis, and which
// two principals approved it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "ledger/submission.h"
#include "projections/dossier.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// Persons of one run.
inline constexpr std::size_t approved_persons_max = 10'000;

struct ApprovalArguments {
  LedgerArguments ledger;
  std::vector<std::string> persons;
  std::string file;
  std::string basis;
  std::vector<std::string> approvers;
  bool dry_run = false;
  bool json = false;
};

/// LEDGER, PERSON..., --state, --file, --basis, --approved-by, --dry-run and --json.
std::vector<Parameter> approval_parameters(ApprovalArguments& arguments);

/// Who approved, and why it is lawful.
struct Approval {
  std::string legal_basis;  ///< code of list legalBasis
  ledger::ActorId first, second;
};

/// Refused unless the basis has the form of a code and the approvers are two principals, each with
/// a grant that is live today and a role that approves: agency, auditor, security or audit
/// administrator.
Told<Approval> read_approval(const ApprovalArguments& arguments, OpenLedger& opened,
                             Terminal& terminal);

/// What is to be recorded of one person: nothing when it is so already, or why it cannot be.
using Decision = ledger::Parsed<std::optional<ledger::SubmittedEvent>>;
using Decide =
    std::function<Decision(const ledger::PersonId& person, const projections::Dossier& dossier)>;

/// An event of the type about the person, as approved.
ledger::SubmittedEvent approved_event(ledger::EventType type, const ledger::PersonId& person,
                                      const Approval& approval);

/// How it is told: of how many it was recorded, and of how many it was so already.
struct ApprovedWords {
  std::string operation;  ///< name of the command
  std::function<Label(std::uint64_t recorded, std::uint64_t already)> done;
};

/// Reads the persons, leaves a record in the access journal about each, decides, and records what
/// was decided as one submission: of all persons or of none.
Exit record_approved(const ApprovalArguments& arguments, OpenLedger& opened,
                     const ApprovedWords& words, const Decide& decide, Terminal& terminal);

}  // namespace kinledger::tools
