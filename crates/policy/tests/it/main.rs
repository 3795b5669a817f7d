mod five_policies;
mod site_lists;
