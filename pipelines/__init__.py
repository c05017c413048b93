"""KFP pipelines: what runs after what; the steps themselves are in components/."""
