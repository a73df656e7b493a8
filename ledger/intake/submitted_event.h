// An event as it was handed in, once all its fields are read: what its author may leave out is
// filled in, and what is missing or contradicts itself is found. The same for JSON and tables.
//
// Pure functions; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/catalogue.h"
#include "ledger/refusal.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

/// What is wrong with one field of an event.
struct FieldFault {
  std::string field;  ///< name in JSON: "amount", "person.name", "validOn", "correction"
  Reason reason;
};

/// True for a required field that may be left out, because it follows from another: the birth date
/// of a person who is registered by a document that states it, the number of a recorded unit.
bool may_follow(EventType type, Field field);

/// Fills in and checks. `refused` are the names of the fields that were given but refused: they are
/// not missing. Appends to `faults`:
///   FIELD_MISSING            a required field, validOn, or the correction of a void
///   BIRTH_DATE_DIFFERS       a birth date that contradicts the ID number
///   UNIT_NUMBER_DIFFERS      the unit that is recorded has another number
///   CHILD_OLDER_THAN_PARENT  by the birth dates in the two numbers; also of the same age
///   UNTIL_BEFORE_VALID_ON    an end before the beginning
void complete(SubmittedEvent& event, std::span<const std::string_view> refused,
              std::vector<FieldFault>& faults);

/// The person's birth date: stated, or taken from the number when nothing is stated. Refused:
/// BIRTH_DATE_DIFFERS. To be called once for every reference by a document.
std::optional<Reason> settle_birth_date(PersonReference& person);

}  // namespace kinledger::ledger::intake
