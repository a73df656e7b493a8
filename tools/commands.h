// The subcommands, each in a source of its own that is named like it.
#pragma once

#include <vector>

#include "tools/command.h"

namespace kinledger::tools {

Command init_command();
Command template_command();
Command import_command();
Command submit_command();
Command status_command();
Command balance_command();
Command checkpoint_command();
Command rotate_key_command();
Command prove_command();
Command publish_command();
Command serve_command();
Command witness_command();
Command tail_command();
Command access_list_command();
Command access_grant_command();
Command access_revoke_command();
Command access_log_command();
Command roster_command();
Command ask_command();
Command history_command();
Command check_command();
Command diff_command();
Command settle_command();
Command finding_command();
Command report_command();
Command rules_command();
Command scenario_command();
Command pack_check_command();
Command pack_adopt_command();
Command pack_list_command();
Command pack_codes_command();
Command verify_command();
Command backup_command();
Command backups_command();
Command restore_command();
Command accept_loss_command();
Command salvage_command();
Command rebuild_command();
Command erase_command();
Command restrict_command();
Command compact_command();
Command schema_command();
Command generate_command();
Command bench_command();
Command demo_command(const Run& run);
Command completion_command();
Command manual_command();

/// Fresh ones, in the order of the help: their parameters hold their defaults. `run` runs another
/// command line of the program.
std::vector<Command> all_commands(const Run& run);

}  // namespace kinledger::tools
