// Parameters of the rules about documents and departments. One struct per kind of rule; meaning and
// format of every parameter: projections/kinds/policy.cc and docs/RULES.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/amount.h"
#include "projections/declarations.h"

namespace kinledger::projections {

/// Which policy holds where.
struct PolicyInForce {
  struct Entry {
    std::optional<AreaSet> area;  ///< absent: everywhere
    Label policy;                 ///< set, or the open point
    std::string open_point;
  };
  std::vector<Entry> entries;  ///< the first that fits holds
};

/// Schemes that were merged into another.
struct SchemeSuccession {
  struct Entry {
    Codes schemes;
    std::string successor;  ///< code of list scheme
  };
  std::vector<Entry> entries;
};

/// Who is responsible for what.
struct Responsibility {
  struct Entry {
    std::string topic;  ///< code of list responsibility
    Codes departments;  ///< of list authority
  };
  std::vector<Entry> entries;
};

}  // namespace kinledger::projections
