// Judges a bundle again: from its own bytes, the log's key and the rules recorded in it, never from
// a ledger. Pure functions.
#pragma once

#include <optional>

#include "ledger/checkpoint.h"
#include "ledger/identity_record.h"
#include "ledger/refusal.h"
#include "projections/bundle.h"

namespace kinledger::projections {

/// The answer, judged again, when the bundle proves it: the log signed a tree of which the basis of
/// the answer is a beginning, every event used is in it, none of its subjects' events is missing,
/// and the answer follows from them. Refused with the first thing found wrong:
///   BUNDLE_CHECKPOINT    not signed with the log's key, or not a checkpoint
///   BUNDLE_BASIS         the basis is not a beginning of that tree
///   BUNDLE_EVENT         an event cannot be read
///   BUNDLE_PROOF         the events are not those of that tree
///   BUNDLE_SUBJECT_MAP   no subject map of that tree covers the basis
///   BUNDLE_SUBJECT       the events of a subject are not all there
///   BUNDLE_NEEDS         the answer looks at a subject that is not in the bundle
///   BUNDLE_PROGRAM       made by another version of the program
///   BUNDLE_QUESTION      there is no such question, or it refuses the arguments
///   BUNDLE_ANSWER        the answer does not follow from the events
///   BUNDLE_IDENTITY      the opened identity is not the one that was registered
ledger::Parsed<Answer> check_bundle(const Bundle& bundle, const ledger::NoteVerifier& log);

/// Who the person is, where the bundle opens it. Precondition: check_bundle() accepted it.
std::optional<ledger::IdentityRecord> identity_in(const Bundle& bundle);

/// The key that the bundle's own events say is in force; nothing when they do not say one.
std::optional<ledger::NoteVerifier> stated_key(const Bundle& bundle);

}  // namespace kinledger::projections
