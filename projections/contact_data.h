// Contact data in texts that are not for it. The documents give telephone numbers for the handlers
// of units only, not to be made public (HZ21-31), so none may enter a pack.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kinledger::projections {

enum class ContactData : std::uint8_t {
  email,
  mobile,    ///< of the mainland: 11 digits from 13 to 19
  landline,  ///< with its area code: 0571-…
};

/// The first kind of contact data in the text, e-mail addresses first; nothing when it holds none.
/// Digits may be separated by at most one space or hyphen. Document numbers and dates are not taken
/// for telephones. Any bytes; any thread.
std::optional<ContactData> contact_data_in(std::string_view text);

inline bool holds_contact_data(std::string_view text) { return contact_data_in(text).has_value(); }

}  // namespace kinledger::projections
