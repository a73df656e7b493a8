// The codes of the adopted packs and the labels that people know them by (少儿医保), both ways: for
// tables to be filled in and for tables to be read.
#pragma once

#include <memory>

#include "ledger/intake/fields.h"
#include "ledger/intake/template.h"
#include "projections/answer.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

/// The labels of a list in one language.
ledger::intake::LabelsOfList labels_of(std::shared_ptr<const Rulebook> rules, Language language);
/// The codes of a list, each once, as a refusal lists them: "少儿医保（children）、…" and
/// "children, …". Empty when no pack declares the list.
Label listed_codes(const Rulebook& rules, std::string_view code_list);
/// The code for a label in either language.
ledger::intake::CodeOfLabel code_of(std::shared_ptr<const Rulebook> rules);

}  // namespace kinledger::projections
