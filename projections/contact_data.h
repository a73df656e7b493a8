// Contact data in texts that are not for it. The documents give telephone numbers for the handlers
// of units only, not to be made public (HZ21-31), so none may enter a pack.
#pragma once

#include <string_view>

namespace kinledger::projections {

/// True when the text holds an e-mail address, a mobile number of the mainland (11 digits from 13
/// to 19), or a landline number with its area code (0571-…), digits separated by at most one space
/// or hyphen. Document numbers and dates are not taken for telephones. Any bytes; any thread.
bool holds_contact_data(std::string_view text);

}  // namespace kinledger::projections
