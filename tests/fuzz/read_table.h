// A table handed in, read as rows and as a form.
#pragma once

#include <filesystem>

namespace kinledger::fuzz {

/// Checks what holds for the rows of every table, and that every refusal tells no identity.
void read_table(const std::filesystem::path& path);

}  // namespace kinledger::fuzz
