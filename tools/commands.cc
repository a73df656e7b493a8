#include "tools/commands.h"

namespace kinledger::tools {

std::vector<Command> all_commands(const Run& run) {
  return {
      init_command(),          template_command(),   import_command(),      submit_command(),
      status_command(),        balance_command(),    roster_command(),      ask_command(),
      history_command(),       check_command(),      diff_command(),        settle_command(),
      finding_command(),       report_command(),     rules_command(),       pack_check_command(),
      pack_adopt_command(),    checkpoint_command(), rotate_key_command(),  prove_command(),
      publish_command(),       pack_list_command(),  pack_codes_command(),  witness_command(),
      serve_command(),         tail_command(),       access_list_command(), access_grant_command(),
      access_revoke_command(), access_log_command(), scenario_command(),    verify_command(),
      backup_command(),        backups_command(),    restore_command(),     accept_loss_command(),
      salvage_command(),       erase_command(),      restrict_command(),    compact_command(),
      rebuild_command(),       schema_command(),     generate_command(),    bench_command(),
      demo_command(run),       completion_command(), manual_command(),
  };
}

}  // namespace kinledger::tools
