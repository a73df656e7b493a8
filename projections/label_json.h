// A text in both languages, in JSON.
#pragma once

#include <boost/json/object.hpp>

#include "projections/declarations.h"

namespace kinledger::projections {

/// {"zh": "在保", "en": "covered"}
inline boost::json::object label_json(const Label& label) {
  return {{"zh", label.zh}, {"en", label.en}};
}

}  // namespace kinledger::projections
