"""Who may do what, and where: people, roles and regions, enforced below every screen."""
